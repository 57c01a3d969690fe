/** Into how many buckets a window is divided. */
export const BUCKETS = 100;

/** After a hold the rate grows back by this part of the whole a second, so that a minute heals most of it. */
const RECOVERY_PER_S = 0.015;

/** Lua: sets `now`, in milliseconds, from an argument or, when that is empty, by Redis' clock. */
export const READ_CLOCK = (argument: string): string => `
local now = tonumber(${argument})
if now == nil then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end`;

/** Lua: which part of the rate is given now, from the table `state` and `now`. */
export const RECOVERED_RATE = `math.min(1, (state.rate or 1) + math.max(0, now - (state.rateAt or now)) * ${RECOVERY_PER_S / 1000})`;
