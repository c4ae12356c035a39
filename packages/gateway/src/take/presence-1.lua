#!lua flags=allow-oom
-- Says that a worker lives, or with a hold of 0 that it ends, and counts the living ones.
-- Redis' own clock decides, so the clocks of the workers need not agree.
--
-- keys   1 living workers (<prefix>:workers)
-- args   1 worker id   2 how long its word holds, ms
-- result how many workers live
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
end
return redis.call('ZCARD', KEYS[1])
