#!lua flags=allow-oom
-- Notes that an entry is about to be run alone, for the owner of the partition only. An owner
-- that notes it again lives, so it is counted once.
--
-- keys   1 lease (P l)   2 lone tries (P x)
-- args   1 token   2 entry   3 how long the notes are kept, ms
-- result how many owners have noted it since it had a verdict last, this one included
-- errors FENCED the lease is not ours any more
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('FENCED the partition has another owner')
end
local owners, last = 0, nil
local noted = redis.call('HGET', KEYS[2], ARGV[2])
if noted then owners, last = string.match(noted, '^(%d+) (.*)$') end
if last == ARGV[1] then return tonumber(owners) end
redis.call('HSET', KEYS[2], ARGV[2], (owners + 1) .. ' ' .. ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return owners + 1
