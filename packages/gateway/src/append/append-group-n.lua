#!lua
-- Queues a group of writes of one tenant in one partition, all of them or none. It carries no
-- allow-oom flag: a full Redis refuses it before it begins.
--
-- keys   1 stream (P s:<tenant>)   2 meta (P m)   3 queued bytes (P n)   4... claim of each write
-- args   1 gen   2 maxEntries   3 tenant   then, for each write: fingerprint, frame
-- result one number a write: 0 queued now, 1 known with this fingerprint, 2 known with another
-- errors REPARTITIONED the layout is of another generation   BACKLOG no room left
local stream, claims, values = KEYS[1], 3, 3
if redis.call('HGET', KEYS[2], 'gen') ~= ARGV[1] then
  return redis.error_reply('REPARTITIONED the partitions were laid out anew')
end

-- Reads first: nothing after them can fail, so a refusal means that nothing was written.
local answers, fresh, seen = {}, 0, {}
for i = 1, #KEYS - claims do
  local claim, fingerprint = KEYS[claims + i], ARGV[values + 2 * i - 1]
  local known = seen[claim]
  if not known then
    known = redis.call('GET', claim)
    known = known and string.sub(known, 2, 33)
  end
  if not known then
    answers[i] = 0
    seen[claim] = fingerprint
    fresh = fresh + 1
  elseif known == fingerprint then
    answers[i] = 1
  else
    answers[i] = 2
  end
end
if fresh == 0 then return answers end
if redis.call('XLEN', stream) + fresh > tonumber(ARGV[2]) then
  return redis.error_reply('BACKLOG the partition is full')
end

local bytes = 0
for i = 1, #answers do
  if answers[i] == 0 then
    local fingerprint, frame = ARGV[values + 2 * i - 1], ARGV[values + 2 * i]
    redis.call('XADD', stream, '*', 'w', frame)
    redis.call('SET', KEYS[claims + i], 'q' .. fingerprint .. ARGV[3])
    bytes = bytes + #frame
  end
end
redis.call('HINCRBY', KEYS[3], ARGV[3], bytes)
return answers
