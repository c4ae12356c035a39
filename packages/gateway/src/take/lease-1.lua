#!lua flags=allow-oom
-- Takes a partition that has no owner, or keeps the one taken with this token before. It counts
-- the owners that came after one another with nothing settled and nothing given back.
--
-- keys   1 lease (P l)   2 owners (P k)   3 lone tries (P x)
-- args   1 token   2 how long the lease holds, ms
-- result 0 somebody else owns it, 1 owned, 2 owned, and two former owners ended with the same
--        entries in hand, or one with an entry it ran alone: run those one at a time
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  redis.call('INCR', KEYS[2])
elseif redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
else
  return 0
end
local owners = tonumber(redis.call('GET', KEYS[2]) or 1)
if owners > 2 or redis.call('EXISTS', KEYS[3]) == 1 then return 2 end
return 1
