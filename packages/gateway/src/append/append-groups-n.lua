#!lua
-- Queues groups of writes, each of one tenant in one partition: all of a group or none of it, and
-- no group for another one's sake. It carries no allow-oom flag: a full Redis refuses it before it
-- begins.
--
-- keys   for each group: stream (P s:<tenant>), meta (P m), queued bytes (P n), claim of each write
-- args   for each group: number of writes, gen, maxEntries, tenant, 1 for a first try; then the
--        frame of each of its writes
-- result for each group: 0 all queued now; or one number a write (0 queued now, 1 known with this
--        fingerprint, 2 known with another); or why nothing of it was queued: REPARTITIONED the
--        layout is of another generation, BACKLOG no room left
local KEYS, ARGV = KEYS, ARGV
local call, byte, sub = redis.call, string.byte, string.sub

-- Claims leave in few calls; Lua takes some thousand values in one.
local mostClaimed = 2000
local claimed, seen = {}, {}
local function setClaims()
  if #claimed > 0 then call('MSET', unpack(claimed)) end
  claimed = {}
end

local function append(key, arg)
  local count = tonumber(ARGV[arg])
  local stream, claims, frames = KEYS[key], key + 2, arg + 4
  if call('HGET', KEYS[key + 1], 'gen') ~= ARGV[arg + 1] then
    return 'REPARTITIONED', count
  end

  -- Reads first: nothing after them can fail, so a refusal means that nothing was written.
  local answers, fresh, isFirstTry = {}, 0, ARGV[arg + 4] == '1'
  for i = 1, count do
    local claim, frame = KEYS[claims + i], ARGV[frames + i]
    local fingerprint, known = sub(frame, 28, 59), seen[claim]
    -- Without an idempotency key the write id is new, and only a repeat can have claimed it.
    if not known and not (isFirstTry and byte(frame, 3) % 2 == 0) then
      known = call('GET', claim)
      known = known and sub(known, 2, 33)
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
  if call('XLEN', stream) + fresh > tonumber(ARGV[arg + 2]) then
    for i = 1, count do
      if answers[i] == 0 then seen[KEYS[claims + i]] = nil end
    end
    return 'BACKLOG', count
  end

  local tenant, bytes = ARGV[arg + 3], 0
  for i = 1, count do
    if answers[i] == 0 then
      local claim, frame = KEYS[claims + i], ARGV[frames + i]
      call('XADD', stream, '*', 'w', frame)
      claimed[#claimed + 1] = claim
      claimed[#claimed + 1] = 'q' .. seen[claim] .. tenant
      bytes = bytes + #frame
    end
  end
  if #claimed >= mostClaimed then setClaims() end
  call('HINCRBY', KEYS[key + 2], tenant, bytes)
  return fresh == count and 0 or answers, count
end

local results, key, arg = {}, 1, 1
while key <= #KEYS do
  local result, count = append(key, arg)
  results[#results + 1] = result
  key = key + 3 + count
  arg = arg + 5 + count
end
setClaims()
return results
