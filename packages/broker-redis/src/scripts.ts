/**
 * The scripts that run in Redis, each as one step that nothing can come between.
 *
 * A script does not roll back. So each checks the types of its keys before the first write, and its first write is one that Redis refuses
 * when it is out of memory. Numbers become text by `%.0f`: Lua itself writes 1e+15. Every script also writes where it only reads: a server
 * that is a replica now answers READONLY, in place of an old top. Proven by: test/stories.test.ts, test/failures.test.ts.
 */
import { createHash } from 'node:crypto';

/** Reads the meta record. */
const OPEN = `
local function open(key)
  local meta = redis.call('HMGET', key, 'e', 'o', 't', 'ms')
  return meta[1], tonumber(meta[2] or '0'), meta[3] or '', tonumber(meta[4] or '0')
end
`;

/** Creates the epoch of a channel where there is none, and deletes a log that is left over. Returns the top. */
const TOP = `${OPEN}
local function use(metaKey, logKey, candidate, metaMs)
  local epoch, offset, tag, ms = open(metaKey)
  if not epoch then
    redis.call('HSET', metaKey, 'e', candidate, 'o', '0', 't', '', 'ms', '0')
    redis.call('DEL', logKey)
    epoch = candidate
  end
  redis.call('PEXPIRE', metaKey, string.format('%.0f', math.max(tonumber(metaMs), ms)))
  if ms < 0 then redis.call('PEXPIRE', logKey, metaMs) end
  return { epoch, string.format('%.0f', offset), tag }, offset, ms
end
`;

const CLOCK = `
local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
`;

/** KEYS: meta and log of each channel. ARGV: metaMs, then a candidate for the epoch of each channel. */
const tops = `${TOP}
local answer = {}
for i = 2, #ARGV do answer[i - 1] = use(KEYS[2 * i - 3], KEYS[2 * i - 2], ARGV[i], ARGV[1]) end
return answer`;

/**
 * KEYS: meta, log, state; with a key also the record of the key and the count of the user.
 * ARGV: 1 candidate, 2 metaMs, 3 tag, 4 json, 5 user, 6 size, 7 age (-1: any), 8 keyMs (0: no key), 9 channel of pub/sub,
 * 10 keys of a user (0: any), 11 what to do with the state, 12 field, 13 value, 14 key of the lease.
 */
const append = `${OPEN}${CLOCK}
local hasKey = ARGV[8] ~= '0'
local epoch, offset, tag = open(KEYS[1])
redis.call('XLEN', KEYS[2])
if ARGV[11] ~= '' then redis.call('HLEN', KEYS[3]) end
if hasKey then
  local before = redis.call('GET', KEYS[4])
  if before then return cjson.decode(before) end
  if ARGV[10] ~= '0' and tonumber(redis.call('GET', KEYS[5]) or '0') >= tonumber(ARGV[10]) then return 'keys' end
end
local lease = ''
if ARGV[14] ~= '' then lease = redis.call('GET', ARGV[14]) end

local isNew = not epoch
if isNew then epoch = ARGV[1] end
local number, prev = string.format('%.0f', offset + 1), tag
tag = ARGV[3]
redis.call('HSET', KEYS[1], 'e', epoch, 'o', number, 't', tag, 'ms', ARGV[7])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(tonumber(ARGV[2]), tonumber(ARGV[7]))))

local isKept = ARGV[6] ~= '0' and ARGV[7] ~= '0'
if isNew or not isKept then redis.call('DEL', KEYS[2]) end
if isKept then
  redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[6], number .. '-0',
    't', tag, 'p', prev, 'u', ARGV[5], 'a', string.format('%.0f', clock()), 'j', ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[7] == '-1' and ARGV[2] or ARGV[7])
end

if ARGV[11] == 'set' and lease then
  redis.call('HSET', KEYS[3], ARGV[12], lease .. '|' .. ARGV[13])
  redis.call('PEXPIRE', KEYS[3], ARGV[2])
elseif ARGV[11] ~= '' then
  redis.call('HDEL', KEYS[3], ARGV[12])
end

local top = { epoch, number, tag }
if hasKey then
  redis.call('SET', KEYS[4], cjson.encode(top), 'PX', ARGV[8])
  if ARGV[10] ~= '0' and redis.call('INCR', KEYS[5]) == 1 then redis.call('PEXPIRE', KEYS[5], ARGV[8]) end
end
redis.call('PUBLISH', ARGV[9], table.concat({ epoch, number, tag, prev, ARGV[5], ARGV[4] }, '\\n'))
return top`;

/**
 * KEYS: meta, log. ARGV: 1 candidate, 2 metaMs, 3 limit, 4 epoch of the position (empty: no position), 5 its offset, 6 its tag.
 * The first publication after the position tells whether the position is of this history, and whether all after it are kept: those
 * behind it are younger.
 */
const read = `${TOP}${CLOCK}
local top, offset, ms = use(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
local limit, now = tonumber(ARGV[3]), clock()
local function isYoung(entry) return ms < 0 or tonumber(entry[2][8]) + ms > now end

if ARGV[4] == '' then
  local entries = {}
  local last = limit > 0 and redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', limit) or {}
  for i = #last, 1, -1 do if isYoung(last[i]) then entries[#entries + 1] = last[i] end end
  return { 'read', top, entries }
end

local since = tonumber(ARGV[5])
if ARGV[4] ~= top[1] or since > offset then return { 'lost', top } end
if since == offset then return { ARGV[6] == top[3] and 'read' or 'lost', top, {} } end
local first = string.format('%.0f-0', since + 1)
local entries = redis.call('XRANGE', KEYS[2], first, '+', 'COUNT', math.max(limit, 1))
local entry = entries[1]
if not entry or entry[1] ~= first or not isYoung(entry) or entry[2][4] ~= ARGV[6] then return { 'lost', top } end
return { 'read', top, limit > 0 and entries or {} }`;

/**
 * KEYS: meta, log, state. ARGV: candidate, metaMs, the beginning of the keys of leases. A field of a node has the lease before its value;
 * a field of a lease that has run out is removed.
 */
const snapshot = `${TOP}
local top = use(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
local state, fields, leases = redis.call('HGETALL', KEYS[3]), {}, {}
for i = 1, #state, 2 do
  local node = string.match(state[i], '^([^/]*)/')
  local lease = string.match(state[i + 1], '^([^|]*)|')
  local held = ''
  if node then
    if leases[node] == nil then leases[node] = redis.call('GET', ARGV[3] .. node) end
    held = leases[node]
  end
  if lease == held then
    fields[#fields + 1] = state[i]
    fields[#fields + 1] = string.sub(state[i + 1], #lease + 2)
  else
    redis.call('HDEL', KEYS[3], state[i])
  end
end
if #fields > 0 then redis.call('PEXPIRE', KEYS[3], ARGV[2]) end
return { top, fields }`;

/** KEYS: the lease. ARGV: a candidate for its token, its time. */
const lease = `
if redis.call('PEXPIRE', KEYS[1], ARGV[2]) == 1 then return 'held' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'lost'`;

const bodies = { tops, append, read, snapshot, lease };

/** The name of a script. */
export type ScriptName = keyof typeof bodies;

/** The scripts by name. Each begins with its name, so that MONITOR, a debugger and a model of Redis can tell them apart. */
export const scripts = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => [name, `-- sallyport ${name}\n${body}`]),
) as Readonly<Record<ScriptName, string>>;

/** The digests by which Redis knows the scripts. */
export const digests = Object.fromEntries(
  Object.entries(scripts).map(([name, text]) => [name, createHash('sha1').update(text).digest('hex')]),
) as Readonly<Record<ScriptName, string>>;
