# Perl's AnyEvent::WebSocket::Client. See story.py for what a story is. It does not report pongs.
use strict;
use warnings;
use AnyEvent;
use AnyEvent::WebSocket::Client;
use JSON::PP;

$| = 1;
my $json = JSON::PP->new->utf8;

sub say_it { my ($what, $value) = @_; print $json->encode({$what => $value}), "\n" }

while (my $line = <STDIN>) {
  my $story = $json->decode($line);
  my @steps = @{$story->{steps}};
  my ($received, $awaited) = (0, 0);
  my $subprotocol = $story->{subprotocol};
  my $client = AnyEvent::WebSocket::Client->new($subprotocol ? (subprotocol => $subprotocol) : ());
  my $connection = eval { $client->connect($story->{url})->recv };
  unless ($connection) { say_it(failed => "$@"); next }
  my $over = AnyEvent->condvar;
  my $next = sub {
    while (@steps && $received >= $awaited) {
      my ($what, $value) = %{shift @steps};
      if    ($what eq 'receive') { $awaited += $value }
      elsif ($what eq 'text')    { $connection->send($value) }
      elsif ($what eq 'binary')  { $connection->send(AnyEvent::WebSocket::Message->new(body => pack('H*', $value), opcode => 2)) }
      else                       { $connection->close($value) }
    }
  };
  say_it(opened => $connection->subprotocol // '');
  $connection->on(each_message => sub {
    my ($connection, $message) = @_;
    if ($message->is_text) { say_it(text => $message->decoded_body) } else { say_it(binary => unpack('H*', $message->body)) }
    $received++;
    $next->();
  });
  $connection->on(parse_error => sub { print STDERR "$_[1]\n" });
  $connection->on(finish => sub { say_it(closed => ($connection->close_code // 1006) + 0); $over->send });
  $next->();
  $over->recv;
}
