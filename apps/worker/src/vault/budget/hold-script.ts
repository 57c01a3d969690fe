import { READ_CLOCK, RECOVERED_RATE } from "./script-parts.ts";

/** What a hold leaves of the rate, and the least that holds leave of it. */
const CUT = 2 / 3;
const LEAST_RATE = 0.05;

/**
 * Gives nobody anything of a vault's budget for a while, and less after it.
 *
 * What is refused together is one sign, not many: the rate is cut once, while a hold in force is only made longer.
 *
 * `since` keeps when the vault began to refuse, for who looks at it.
 *
 * KEYS: the budget, as for TAKE. ARGV: how long (ms), window (ms), now (ms; Redis' own clock when empty).
 */
export const HOLD = `
local window = tonumber(ARGV[2])
${READ_CLOCK("ARGV[3]")}
${RECOVERED_RATE}
local found = redis.call('HMGET', KEYS[1], 'held', 'heldFor', 'rate', 'cutAt', 'since')
local heldUntil, heldFor, cutAt = tonumber(found[1] or '0'), tonumber(found[2] or '0'), tonumber(found[4] or '0')
-- What a clock told that was set back since tells nothing.
if heldUntil - now > heldFor + 1 then heldUntil, found[3] = 0, false end
local rate = recovered(tonumber(found[3]), heldUntil)
if rate == 1 or not found[5] then redis.call('HSET', KEYS[1], 'since', string.format('%.0f', now)) end
if now >= heldUntil and math.abs(now - cutAt) >= window / 5 then
  rate = math.max(${LEAST_RATE}, rate * ${CUT})
  cutAt = now
end
local held = math.max(heldUntil, now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'held', string.format('%.3f', held), 'heldFor', string.format('%.3f', held - now),
  'rate', string.format('%.6f', rate), 'cutAt', string.format('%.3f', cutAt))
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(window * 2, held - now + 120000)))
return 1`;
