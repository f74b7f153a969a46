# A server as small as can be: GET /health, /orders (how many there are), /order (one more), /height (the node's).
# shop.pl NODE [slow | stuck | deaf | broken | loud]
use strict;
use warnings;
use IO::Socket::INET;
$| = 1;
my ($node, $mode) = (@ARGV, '');
my ($name, $port) = split /:/, $node;
$SIG{TERM} = $mode eq 'deaf' ? 'IGNORE' : sub { exit 0 };
print "opening, with a node at $node\n";
die "no goods\n" if $mode eq 'broken';
if ($mode eq 'loud') { print 'x' x 1000, "\n" for 1 .. 100_000 }
sleep 1000 if $mode eq 'stuck';

sub orders { open my $in, '<', '/data/journal' or die $!; my @lines = <$in>; return @lines - 1 }

sub height {
  open my $in, '<', '/run/bitcoind/cookie' or return 'no cookie';
  my $auth = pack 'u', scalar <$in>;
  $auth =~ s/^.//mg; $auth =~ s/\n//g; $auth =~ tr#` -_#AA-Za-z0-9+/#;
  my $rpc = IO::Socket::INET->new(PeerAddr => $name, PeerPort => $port) or return "no node: $!";
  my $body = '{"method":"getblockcount"}';
  print $rpc "POST / HTTP/1.0\r\nAuthorization: Basic $auth\r\nContent-Length: ", length $body, "\r\n\r\n$body";
  my $answer = join '', <$rpc>;
  return $answer =~ /"result":(\d+)/ ? $1 : $answer;
}

my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 5, ReuseAddr => 1) or die $!;
print "open\n";
while (my $client = $server->accept) {
  my ($path) = (<$client> // '') =~ m{^GET (\S+)};
  while (my $line = <$client>) { last if $line =~ /^\r?$/ }
  $path //= '/';
  if ($path eq '/order') { open my $out, '>>', '/data/journal' or die $!; print $out "order\n"; close $out }
  my $body = $path eq '/height' ? height() : $path =~ m{^/orders?$} ? orders() : 'ok';
  print $client "HTTP/1.0 200 OK\r\nContent-Length: ", length $body, "\r\n\r\n$body";
  close $client;
}
