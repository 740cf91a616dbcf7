-- Lua's http, on cqueues. See story.py for what a story is. It does not report pongs.
-- Debian brings basexx, which http needs, for older versions of Lua alone; it runs on 5.3 too.
package.path = package.path .. ';/usr/share/lua/5.2/?.lua'
local json = require 'cjson'
local websocket = require 'http.websocket'

local function say(what, value)
  print(json.encode({ [what] = value }))
  io.stdout:flush()
end

local function to_hex(bytes)
  return (bytes:gsub('.', function(byte) return ('%02x'):format(byte:byte()) end))
end

local function from_hex(hex)
  return (hex:gsub('..', function(pair) return string.char(tonumber(pair, 16)) end))
end

-- Says the next message. False if the connection has closed instead.
local function heard(socket)
  local data, kind = socket:receive()
  if not data then return false end
  say(kind, kind == 'binary' and to_hex(data) or data)
  return true
end

local function take(socket, what, value)
  if what == 'receive' then
    for _ = 1, value do
      if not heard(socket) then return end
    end
  elseif what == 'text' then socket:send(value, 'text')
  elseif what == 'binary' then socket:send(from_hex(value), 'binary')
  elseif what == 'close' then socket:close(value)
  end
end

for line in io.lines() do
  local story = json.decode(line)
  local protocols = story.subprotocol ~= json.null and { story.subprotocol } or nil
  local socket = websocket.new_from_uri(story.url, protocols)
  local isOpen, why = socket:connect()
  if isOpen then
    say('opened', socket.protocol or '')
    for _, step in ipairs(story.steps) do
      for what, value in pairs(step) do take(socket, what, value) end
    end
    while heard(socket) do end
    local code = socket.got_close_code
    say('closed', type(code) == 'number' and code or 1006)
    socket:close()
  else
    say('failed', tostring(why))
  end
end
