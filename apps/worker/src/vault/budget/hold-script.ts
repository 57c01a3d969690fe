import { READ_CLOCK, RECOVERED_RATE } from "./script-parts.ts";

/** What a hold leaves of the rate, and the least that holds leave of it. */
const CUT = 2 / 3;
const LEAST_RATE = 0.05;

/**
 * Gives nobody anything of a vault's budget for a while, and less after it.
 *
 * What is refused together is one sign, not many: the rate is cut once, while a hold in force is only made longer.
 *
 * KEYS: the budget, as for TAKE. ARGV: how long (ms), window (ms), now (ms; Redis' own clock when empty).
 */
export const HOLD = `
local window = tonumber(ARGV[2])
${READ_CLOCK("ARGV[3]")}
local found = redis.call('HMGET', KEYS[1], 'held', 'rate', 'rateAt', 'cutAt')
local state = {held = tonumber(found[1]), rate = tonumber(found[2]), rateAt = tonumber(found[3])}
local cutAt = tonumber(found[4])
local rate = ${RECOVERED_RATE}
if (state.held == nil or now >= state.held) and (cutAt == nil or now - cutAt >= window / 5) then
  rate = math.max(${LEAST_RATE}, rate * ${CUT})
  cutAt = now
end
local held = math.max(state.held or 0, now + tonumber(ARGV[1]))
local text = string.format('%.3f', held)
redis.call('HSET', KEYS[1], 'held', text, 'rateAt', text, 'rate', string.format('%.6f', rate),
  'cutAt', string.format('%.3f', cutAt))
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(window * 2, held - now + 120000)))
return 1`;
