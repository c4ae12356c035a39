#!lua flags=allow-oom
-- Gives a lease back. Its owner lives, so the count of owners that ended begins anew.
--
-- keys   1 lease (P l)   2 owners (P k)
-- args   1 token
-- result 1 given back, 0 it was not ours any more
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
