#!lua flags=allow-oom
-- Prolongs a lease. It never takes one: a partition that was lost is read from its start again.
--
-- keys   1 lease (P l)
-- args   1 token   2 how long the lease holds from now, ms
-- result 1 prolonged, 0 lost
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
