#!lua flags=allow-oom
-- Reads what waits in a partition, for its owner only.
--
-- keys   1 lease (P l)   2 queued bytes (P n)   then, for each tenant: stream (P s), taken (P t)
-- args   1 token   then, for each tenant: cursor (an id, exclusive, or - for the start),
--        most entries, most bytes, 1 when a first entry above them may come alone
-- result tenants and their queued bytes, flat; then, for each tenant asked for: the highest id
--        that was taken before this call or '', and its entries, flat: id, frame, id, frame
-- errors FENCED the lease is not ours any more
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('FENCED the partition has another owner')
end

-- Frames may be large, so a stream is read in steps that grow while the frames prove small.
local function read(stream, cursor, most, room, alone)
  local found, bytes, step = {}, 0, 4
  local from = cursor == '-' and '-' or '(' .. cursor
  while most > 0 do
    local rows = redis.call('XRANGE', stream, from, '+', 'COUNT', math.min(step, most))
    for i = 1, #rows do
      local frame = rows[i][2][2]
      local fits = bytes + #frame <= room or (alone and #found == 0)
      if not fits then return found end
      bytes = bytes + #frame
      found[#found + 1] = rows[i][1]
      found[#found + 1] = frame
    end
    if #rows < math.min(step, most) then return found end
    most = most - #rows
    from = '(' .. rows[#rows][1]
    step = math.max(1, math.min(step * 8, math.floor((room - bytes) / (bytes / (#found / 2))) + 1))
  end
  return found
end

local function isLater(id, than)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  local thanMs, thanSeq = string.match(than, '^(%d+)-(%d+)$')
  if ms ~= thanMs then return tonumber(ms) > tonumber(thanMs) end
  return tonumber(seq) > tonumber(thanSeq)
end

local result = { redis.call('HGETALL', KEYS[2]) }
for i = 1, (#KEYS - 2) / 2 do
  local stream, taken, at = KEYS[2 * i + 1], KEYS[2 * i + 2], 4 * i - 2
  local found = read(stream, ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), ARGV[at + 3] == '1')
  -- A new owner reads again what the former one read: the highest id must not fall.
  local before = redis.call('GET', taken)
  result[#result + 1] = before or ''
  result[#result + 1] = found
  local last = found[#found - 1]
  if last and (not before or isLater(last, before)) then redis.call('SET', taken, last) end
end
return result
