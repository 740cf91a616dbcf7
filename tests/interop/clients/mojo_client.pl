# Perl's Mojolicious. See story.py for what a story is.
use strict;
use warnings;
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json encode_json);
use Mojo::UserAgent;
use Mojo::Util qw(decode);

$| = 1;

sub say_it { my ($what, $value) = @_; print encode_json({$what => $value}), "\n" }

while (my $line = <STDIN>) {
  my $story = decode_json($line);
  my @steps = @{$story->{steps}};
  my ($received, $awaited, $is_pinging) = (0, 0, 0);
  my $ua = Mojo::UserAgent->new(inactivity_timeout => 0);
  my $next;
  my $start = sub {
    my ($ua, $tx) = @_;
    unless ($tx->is_websocket) {
      say_it(failed => 'not a websocket: ' . ($tx->error->{message} // ''));
      return Mojo::IOLoop->stop;
    }
    say_it(opened => $tx->protocol // '');
    $tx->on(text   => sub { say_it(text   => decode('UTF-8', $_[1])); $received++; $next->($tx) });
    $tx->on(binary => sub { say_it(binary => unpack('H*', $_[1]));    $received++; $next->($tx) });
    $tx->on(frame  => sub {
      my ($tx, $frame) = @_;
      return unless $frame->[4] == 10;
      $is_pinging = 0;
      say_it(pong => $frame->[5]);
      $next->($tx);
    });
    $tx->on(finish => sub { say_it(closed => $_[1] + 0); Mojo::IOLoop->stop });
    $next->($tx);
  };
  $next = sub {
    my $tx = shift;
    while (@steps && $received >= $awaited && !$is_pinging) {
      my ($what, $value) = %{shift @steps};
      if    ($what eq 'receive') { $awaited += $value }
      elsif ($what eq 'text')    { $tx->send({text => Mojo::Util::encode('UTF-8', $value)}) }
      elsif ($what eq 'binary')  { $tx->send({binary => pack('H*', $value)}) }
      elsif ($what eq 'ping')    { $is_pinging = 1; $tx->send([1, 0, 0, 0, 9, $value]) }
      else                       { $tx->finish($value) }
    }
  };
  $ua->websocket($story->{url} => {} => [$story->{subprotocol} // ()] => $start);
  Mojo::IOLoop->start;
}
