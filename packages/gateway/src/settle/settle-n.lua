#!lua flags=allow-oom
-- Releases writes that have their final state, for the owner of the partition only. It deletes
-- before it writes, and it may do so in a full Redis: this is how a full one drains.
--
-- keys   1 lease (P l)   2 queued bytes (P n)   3 owners (P k)   4 stream (P s:<tenant>)
--        5... claim of each write
-- args   1 token   2 tenant   then, for each write: stream id, bytes of its frame,
--        claim (state, fingerprint, tenant), how long the claim is kept, ms
-- result how many entries were released by this call
-- errors FENCED the lease is not ours any more
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('FENCED the partition has another owner')
end

local ids, bytes = {}, 0
for i = 1, #KEYS - 4 do
  ids[i] = ARGV[4 * i - 1]
  bytes = bytes + ARGV[4 * i]
end
local released = redis.call('XDEL', KEYS[4], unpack(ids))
-- A call runs whole or not at all, so a repeat of one that ran finds nothing left to count down.
if released < #ids then bytes = 0 end
for i = 1, #ids do
  redis.call('SET', KEYS[4 + i], ARGV[4 * i + 1], 'PX', ARGV[4 * i + 2])
end
if redis.call('XLEN', KEYS[4]) == 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
elseif bytes > 0 then
  redis.call('HINCRBY', KEYS[2], ARGV[2], -bytes)
end
-- This owner gets on, so of all that came before it none counts any more.
if redis.call('GET', KEYS[3]) ~= '1' then redis.call('SET', KEYS[3], '1') end
return released
