#!lua
-- Queues groups of writes, each of one tenant in one partition: all of a group or none of it, and
-- no group for another one's sake. It carries no allow-oom flag: a full Redis refuses it before it
-- begins.
--
-- keys   for each group: stream (P s:<tenant>), meta (P m), queued bytes (P n), claim of each write
-- args   for each group: number of writes, gen, maxEntries, tenant, 1 for a first try; then for each
--        of its writes: fingerprint, frame
-- result for each group: one number a write (0 queued now, 1 known with this fingerprint, 2 known
--        with another), or why nothing of it was queued: REPARTITIONED the layout is of another
--        generation, BACKLOG no room left
local KEYS, ARGV = KEYS, ARGV

local function append(key, arg)
  local count = tonumber(ARGV[arg])
  local stream, claims, values = KEYS[key], key + 2, arg + 4
  if redis.call('HGET', KEYS[key + 1], 'gen') ~= ARGV[arg + 1] then
    return 'REPARTITIONED', count
  end

  -- Reads first: nothing after them can fail, so a refusal means that nothing was written.
  local answers, fresh, seen, isFirstTry = {}, 0, {}, ARGV[arg + 4] == '1'
  for i = 1, count do
    local claim, fingerprint = KEYS[claims + i], ARGV[values + 2 * i - 1]
    local known = seen[claim]
    -- Without an idempotency key the write id is new, and only a repeat can have claimed it.
    local isNew = isFirstTry and string.byte(ARGV[values + 2 * i], 3) % 2 == 0
    if not known and not isNew then
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
  if fresh == 0 then return answers, count end
  if redis.call('XLEN', stream) + fresh > tonumber(ARGV[arg + 2]) then return 'BACKLOG', count end

  local tenant, bytes = ARGV[arg + 3], 0
  for i = 1, count do
    if answers[i] == 0 then
      local fingerprint, frame = ARGV[values + 2 * i - 1], ARGV[values + 2 * i]
      redis.call('XADD', stream, '*', 'w', frame)
      redis.call('SET', KEYS[claims + i], 'q' .. fingerprint .. tenant)
      bytes = bytes + #frame
    end
  end
  redis.call('HINCRBY', KEYS[key + 2], tenant, bytes)
  return answers, count
end

local results, key, arg = {}, 1, 1
while key <= #KEYS do
  local result, count = append(key, arg)
  results[#results + 1] = result
  key = key + 3 + count
  arg = arg + 5 + 2 * count
end
return results
