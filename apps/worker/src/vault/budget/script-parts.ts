import { BUDGET_RECOVERY } from "@kvsync/contracts";

/** Into how many buckets a window is divided. */
export const BUCKETS = 100;

const { growth: GROWTH, evenFrom: EVEN_FROM } = BUDGET_RECOVERY;

/** Lua: sets `now`, in milliseconds, from an argument or, when that is empty, by Redis' clock. */
export const READ_CLOCK = (argument: string): string => `
local now = tonumber(${argument})
if now == nil then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end`;

/**
 * Lua: which part of the even rate is given, from what the latest hold left and when that ended. It grows slowly while it
 * is low, so that a vault whose other users leave little is not tried all the time; from anywhere, all of it is back
 * after a minute or so. `recoveredRate` in packages/contracts says the same, for who shows it.
 */
export const RECOVERED_RATE = `
local function recovered(rate, held)
  if rate == nil then return 1 end
  local seconds = math.max(0, now - held) / 1000
  if rate < ${EVEN_FROM} then
    local slow = math.log(${EVEN_FROM} / rate) / ${GROWTH}
    if seconds < slow then return rate * math.exp(${GROWTH} * seconds) end
    rate, seconds = ${EVEN_FROM}, seconds - slow
  end
  return math.min(1, rate + ${GROWTH * EVEN_FROM} * seconds)
end`;
