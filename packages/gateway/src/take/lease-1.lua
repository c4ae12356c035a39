#!lua flags=allow-oom
-- Takes a partition that has no owner, or keeps the one taken with this token before.
--
-- keys   1 lease (P l)
-- args   1 token   2 how long the lease holds, ms
-- result 1 owned, 0 somebody else owns it
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
