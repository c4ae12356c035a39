#!lua flags=allow-oom
-- Releases writes that have their final state, for the owner of the partition only. It deletes
-- before it writes, and it may do so in a full Redis: this is how a full one drains.
--
-- keys   1 lease (P l)   2 queued bytes (P n)   3 owners (P k)   4 stream (P s:<tenant>)
--        5... claim of each write: first those that are kept, then those that are deleted
-- args   1 token   2 tenant   3 bytes of all frames   4 how many claims are kept
--        then for each of these: claim (state, fingerprint, tenant), how long it is kept, ms
--        then stream id of each write
-- result how many entries were released by this call
-- errors FENCED the lease is not ours any more
local KEYS, ARGV = KEYS, ARGV
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('FENCED the partition has another owner')
end

local kept, bytes = tonumber(ARGV[4]), tonumber(ARGV[3])
local ids = 4 + 2 * kept
local released = redis.call('XDEL', KEYS[4], unpack(ARGV, ids + 1))
-- A call runs whole or not at all, so a repeat of one that ran finds nothing left to count down.
if released < #ARGV - ids then bytes = 0 end
if 4 + kept < #KEYS then redis.call('DEL', unpack(KEYS, 5 + kept)) end
for i = 1, kept do
  redis.call('SET', KEYS[4 + i], ARGV[3 + 2 * i], 'PX', ARGV[4 + 2 * i])
end
if redis.call('XLEN', KEYS[4]) == 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
elseif bytes > 0 then
  redis.call('HINCRBY', KEYS[2], ARGV[2], -bytes)
end
-- This owner gets on, so of all that came before it none counts any more.
if redis.call('GET', KEYS[3]) ~= '1' then redis.call('SET', KEYS[3], '1') end
return released
