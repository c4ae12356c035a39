#!lua flags=allow-oom
-- Gives a lease back.
--
-- keys   1 lease (P l)
-- args   1 token
-- result 1 given back, 0 it was not ours any more
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
