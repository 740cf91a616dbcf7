# Ruby's faye-websocket, on EventMachine. See story.py for what a story is.
require 'json'
require 'eventmachine'
require 'faye/websocket'

def say(what, value)
  puts JSON.generate(what => value)
  $stdout.flush
end

# Takes steps until one has to wait.
class Play
  def initialize(socket, steps)
    @socket = socket
    @steps = steps
    @received = 0
    @awaited = 0
  end

  def heard
    @received += 1
    go_on
  end

  def go_on
    until @steps.empty? || @received < @awaited || @is_pinging
      what, value = @steps.shift.first
      case what
      when 'receive' then @awaited += value
      when 'text' then @socket.send(value)
      when 'binary' then @socket.send([value].pack('H*').bytes)
      when 'ping' then ping(value)
      when 'close' then @socket.close(value)
      end
    end
  end

  def ping(data)
    @is_pinging = true
    # It tells that the pong came, and gives no data.
    @socket.ping(data) do
      @is_pinging = false
      say('pong', data)
      go_on
    end
  end
end

$stdin.each_line do |line|
  story = JSON.parse(line)
  EM.run do
    socket = Faye::WebSocket::Client.new(story['url'], [story['subprotocol']].compact)
    play = Play.new(socket, story['steps'])
    socket.on(:open) do
      say('opened', socket.protocol.to_s)
      play.go_on
    end
    socket.on(:message) do |event|
      event.data.is_a?(String) ? say('text', event.data) : say('binary', event.data.pack('C*').unpack1('H*'))
      play.heard
    end
    socket.on(:close) do |event|
      say('closed', event.code)
      EM.stop
    end
  end
end
