import { BUCKETS, READ_CLOCK, RECOVERED_RATE } from "./script-parts.ts";

/** How much of a window (as a part of it) stays for those who come while others use the rest at once. */
const RESERVE = 1 / 6;
/** A sync that had no more than this part of a window never waits while the window has room. */
const LIGHT = 1 / 40;
/** For so long (as a part of a window) after the last wait all is given evenly. */
const BACKLOG = 1 / 10;
/** The even rate of so long (as a part of a window) can be saved up while those it is kept for don't come. */
const SAVED = 1 / 10;
/** Who was told to wait and doesn't ask again within this time (ms) after it keeps nobody waiting. */
const LATENESS_MS = 250;
/** A wait that ends further away (ms) was told by a clock that was set since. */
const FORGOTTEN_MS = 300_000;
/** Nobody is told to wait longer (ms), a hold aside: others may stop asking meanwhile. Nor shorter. */
const LONGEST_WAIT_MS = 1_000;
const SHORTEST_WAIT_MS = 5;

/**
 * Decides how many requests a sync is given of a vault's budget, in Redis, for all workers at once.
 *
 * - No more than the limit is ever given in a window; each is counted in a bucket, a hundredth of the window.
 * - While nobody has to wait, whoever asks is given at once, up to the reserve. From then on what is left is spread so
 *   that it lasts until earlier requests leave the window, and then at the window's even rate.
 * - Of what can be given, so much is kept for each waiting sync that had less as it lacks and asks for. What a sync had
 *   fades with the window's length as its time constant.
 * - After a hold all is given evenly, at a part of the rate that grows back.
 *
 * KEYS: the budget, one hash: b:<bucket> requests given, u:<sync> what it had and when, w:<sync> until when it waits
 * and for how many, paid (the time up to which the even rate is used up), backlog (until when), held (until when) and
 * heldFor (ms), rate (the part of the even rate that the hold left), cutAt (when) and since (of the first of several holds); limit,
 * for who looks at it.
 * ARGV: sync, how many, limit, window (ms), now (ms; Redis' own clock when empty).
 * Returns how many are given and, when that is fewer, in how many milliseconds to ask again.
 */
export const TAKE = `
local sync, wanted, limit, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
${READ_CLOCK("ARGV[5]")}
${RECOVERED_RATE}
local bucket = window / ${BUCKETS}
local current = math.floor(now / bucket)

local state, counts, had, waiting, gone = {}, {}, {}, {}, {}
local taken = 0
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local field, value = fields[i], fields[i + 1]
  local kind, name = string.sub(field, 1, 2), string.sub(field, 3)
  if kind == 'b:' then
    local age = current - tonumber(name)
    if math.abs(age) > ${BUCKETS} then gone[#gone + 1] = field
    else
      -- A bucket of the future was counted before a clock was set back.
      age = math.max(0, age)
      counts[age] = (counts[age] or 0) + value
      taken = taken + value
    end
  elseif kind == 'u:' then
    local amount, at = string.match(value, '(.*)@(.*)')
    amount = amount * math.exp(math.min(0, at - now) / window)
    if amount < 0.05 then gone[#gone + 1] = field end
    had[name] = amount
  elseif kind == 'w:' then
    local amount, untilTime = string.match(value, '(.*)@(.*)')
    if math.abs(untilTime - now) > ${FORGOTTEN_MS} or tonumber(untilTime) < now then gone[#gone + 1] = field
    elseif name ~= sync then waiting[name] = tonumber(amount) end
  else state[field] = tonumber(value) end
end

local room = limit - taken
local mine = had[sync] or 0
if state.held ~= nil and state.held - now > state.heldFor + 1 then
  -- The clock was set back since: nobody knows when that hold ends.
  state.held, state.rate = nil, nil
end
local part = recovered(state.rate, state.held)
local held = state.held ~= nil and now < state.held

-- When the requests of a bucket leave the window, in milliseconds from now.
local function leaves(age) return (current - age + ${BUCKETS + 1}) * bucket - now end

-- The even rate (per ms): the highest at which the room lasts until earlier requests leave.
local span = window + bucket / 2
local even = limit / span
local lasts = room
for age = ${BUCKETS}, 0, -1 do
  if counts[age] ~= nil then
    local time = leaves(age)
    if time >= span / 8 then even = math.min(even, lasts / time) end
    lasts = lasts + counts[age]
  end
end
even = math.max(even, 0.01 * limit / span) * part

local backlog = math.max(state.backlog or 0, part < 1 and now + 1 or 0)
local paid = math.max(state.paid or 0, state.held or 0, now - window * ${SAVED})
paid = math.min(paid, now + 1 / even)

-- How many of what can be given are kept for those who wait and had less.
local function ahead()
  local kept = 0
  for other, amount in pairs(waiting) do
    kept = kept + math.min(amount, math.max(0, math.ceil(mine - (had[other] or 0))))
  end
  return kept
end

local given, wait = 0, 0
while given < wanted do
  if held then
    wait = state.held - now
    break
  end
  local kept = ahead()
  if backlog <= now and room - limit * ${RESERVE} < kept + 1 then
    backlog = now + window * ${BACKLOG}
    paid = math.max(paid, now)
  end
  local paced = backlog > now
  local light = part == 1 and mine < math.max(1, limit * ${LIGHT})
  if room < kept + 1 then
    local open = room
    for age = ${BUCKETS}, 0, -1 do
      open = open + (counts[age] or 0)
      wait = leaves(age)
      if open >= kept + 1 then break end
    end
    break
  elseif paced and not light and paid + kept / even > now then
    wait = paid + kept / even - now
    break
  end
  given, room, mine = given + 1, room - 1, mine + 1
  if paced then paid = paid + 1 / even end
end

local changed = {'paid', string.format('%.3f', paid), 'limit', ARGV[3]}
local function change(field, text)
  changed[#changed + 1], changed[#changed + 2] = field, text
end
if given > 0 then
  redis.call('HINCRBY', KEYS[1], 'b:' .. string.format('%.0f', current), given)
  change('u:' .. sync, string.format('%.3f@%.3f', mine, now))
end
if given < wanted then
  if not held then
    wait = math.min(math.max(wait, ${SHORTEST_WAIT_MS}), ${LONGEST_WAIT_MS})
    backlog = math.max(backlog, now + wait + window * ${BACKLOG})
  end
  change('w:' .. sync, string.format('%d@%.3f', wanted - given, now + wait + ${LATENESS_MS}))
else gone[#gone + 1] = 'w:' .. sync end
if backlog > now then change('backlog', string.format('%.3f', backlog)) end
redis.call('HSET', KEYS[1], unpack(changed))
if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(window * 2, 120000, held and state.held - now + 120000 or 0)))
return {given, math.ceil(wait)}`;
