#!/bin/sh
# auto-mine.sh SECONDS FILE HEIGHT [bitcoind's arguments]: mines a block every SECONDS, to the address in FILE.
# It does so with a bitcoind of its own, which is a peer of the network as any other: it needs no
# password of a node, and has no wallet. Its chain is in memory, so that it forgets it with every stop.
set -eu
seconds=$1 height=$3
read -r address < "$2" || [ -n "$address" ]
shift 3

folder=/tmp/auto-mine
busybox mkdir -p "$folder"
set -- -conf="$HOME/.bitcoin/bitcoin.conf" -datadir="$folder" "$@"
bitcoind "$@" -listen=0 -txindex=0 -disablewallet &
bitcoind=$!
trap 'kill -TERM "$bitcoind" 2>/dev/null || true; wait "$bitcoind" || true; exit 0' TERM INT

cli() { bitcoin-cli -conf="$HOME/.bitcoin/bitcoin.conf" -datadir="$folder" "$@" 2>/dev/null; }

# Whether it is connected, has the declared chain, and knows of no block that it lacks: a block on top
# of an older one would be of a chain of its own.
is_current() {
  [ "$(cli getconnectioncount || echo 0)" -gt 0 ] || return 1
  cli getblockchaininfo | awk -v least="$height" -F '[:,]' '
    /"blocks"/ { blocks = $2 + 0 }
    /"headers"/ { headers = $2 + 0 }
    END { exit !(blocks >= least && blocks == headers) }'
}

# The time that the network's clocks stand still at, as peers told it when they were connected; 0: they
# show the present. They are set only while this container is stopped, so once is enough. The latest: where
# a second ended between a connection and what its peer told, that one's sum is a second less.
network_time() {
  cli getpeerinfo | awk -F '[:,]' '
    /"conntime"/ { at = $2 + 0 }
    /"timeoffset"/ { off = $2 + 0; told = (off > 60 || off < -60) ? at + off : 0; if (told > time) time = told; peers += 1 }
    END { if (peers > 0) print time + 0 }'
}
time=

while kill -0 "$bitcoind" 2>/dev/null; do
  # In the background: a shell takes up a signal only between two commands.
  busybox sleep "$seconds" &
  wait $! || true
  if [ -z "$time" ]; then
    time=$(network_time || true)
    case $time in '' | 0) ;; *) cli setmocktime "$time" || true ;; esac
  fi
  if is_current; then cli generatetoaddress 1 "$address" || true; fi
done
wait "$bitcoind"
