/**
 * The decisions about a vault's budget, made in Redis for all workers at once, by Redis' own clock.
 *
 * A request is given when the window has room (so many in so many milliseconds), when the pace allows it (a burst of a
 * quarter of the window, then evenly), and when no other sync waits that had less of the window: whoever had least
 * comes first, so that a sync with a few secrets never waits behind one with many.
 *
 * After the vault throttled all the same, nobody is given anything for a while; then the limit is lower by a third, and
 * grows back by one hundredth a second.
 */

/**
 * KEYS: state (hash: tat, factor, factorAt, cutAt, n:<sync>), window (sorted set), hold, waiting (hash).
 * ARGV: sync, how many, limit, windowMs, burst, a unique name. Returns how many are given and, when that is fewer, in
 * how many milliseconds to ask again.
 */
export const TAKE = `
local held = redis.call('PTTL', KEYS[3])
if held > 0 then return {0, held} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local sync, wanted, windowMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local state = redis.call('HMGET', KEYS[1], 'tat', 'factor', 'factorAt')
local factor = math.min(1, tonumber(state[2] or '1') + math.max(0, now - tonumber(state[3] or now)) * ${0.01 / 1000})
local limit = math.max(1, math.floor(tonumber(ARGV[3]) * factor))
local expired = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - windowMs)
if #expired > 0 then
  local gone = {}
  for _, member in ipairs(expired) do
    local owner = string.match(member, '^[^|]*')
    gone[owner] = (gone[owner] or 0) + 1
  end
  for owner, count in pairs(gone) do
    if redis.call('HINCRBY', KEYS[1], 'n:' .. owner, -count) <= 0 then redis.call('HDEL', KEYS[1], 'n:' .. owner) end
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - windowMs)
end
local least = nil
local waiting = redis.call('HGETALL', KEYS[4])
for i = 1, #waiting, 2 do
  if tonumber(waiting[i + 1]) < now then redis.call('HDEL', KEYS[4], waiting[i])
  elseif waiting[i] ~= sync then
    local had = tonumber(redis.call('HGET', KEYS[1], 'n:' .. waiting[i]) or '0')
    if least == nil or had < least then least = had end
  end
end
local gap = windowMs / limit
local tolerance = tonumber(ARGV[5]) * factor * gap
local tat = math.max(now, tonumber(state[1] or now))
local count = redis.call('ZCARD', KEYS[2])
local mine = tonumber(redis.call('HGET', KEYS[1], 'n:' .. sync) or '0')
local given, wait = 0, 0
while given < wanted do
  if count >= limit then
    local oldest = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
    wait = tonumber(oldest[2]) + windowMs - now
    break
  elseif tat - now > tolerance then
    wait = tat - now - tolerance
    break
  elseif least ~= nil and least < mine then
    wait = math.max(gap, 10)
    break
  end
  redis.call('ZADD', KEYS[2], now, sync .. '|' .. ARGV[6] .. '|' .. given)
  given, count, mine, tat = given + 1, count + 1, mine + 1, tat + gap
end
if given > 0 then
  redis.call('HSET', KEYS[1], 'tat', tostring(tat), 'n:' .. sync, mine)
  redis.call('PEXPIRE', KEYS[1], math.max(windowMs * 2, 120000))
  redis.call('PEXPIRE', KEYS[2], windowMs * 2)
end
wait = math.max(1, math.ceil(wait))
if given < wanted then
  redis.call('HSET', KEYS[4], sync, now + wait + 300)
  redis.call('PEXPIRE', KEYS[4], windowMs * 2)
else redis.call('HDEL', KEYS[4], sync) end
return {given, wait}`;

/** KEYS: state, hold. ARGV: ms, windowMs, burst, limit. */
export const HOLD = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ms = math.max(redis.call('PTTL', KEYS[2]), tonumber(ARGV[1]))
redis.call('SET', KEYS[2], '1', 'PX', ms)
local state = redis.call('HMGET', KEYS[1], 'factor', 'factorAt', 'cutAt')
local factor = math.min(1, tonumber(state[1] or '1') + math.max(0, now - tonumber(state[2] or now)) * ${0.01 / 1000})
-- Many requests are refused together: that is one sign, not many.
if now - tonumber(state[3] or '0') > 2000 then
  factor = math.max(0.05, factor * ${2 / 3})
  redis.call('HSET', KEYS[1], 'cutAt', now)
end
-- No burst after the hold: all that waited would come at once.
local tat = now + ms + tonumber(ARGV[3]) * tonumber(ARGV[2]) / tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'factor', tostring(factor), 'factorAt', now + ms, 'tat', tostring(tat))
redis.call('PEXPIRE', KEYS[1], ms + 120000)
return ms`;
