#!/bin/sh
# Runs bitcoind, and leaves a datadir behind that can be committed as a snapshot.
set -eu
# The only folder that is written to: in a stack it is a volume, and the rest is read-only.
datadir=$HOME/.bitcoin/regtest

# For whoever gets as far as this container, and has the password. bitcoind reads its subnets once, while
# networks come and go, and with them the address that the published port's callers come from: who gets
# here is for the engine to say, see docs/security.md. Likewise peers: whichever network they are on, they
# get transactions at once instead of after a random delay of seconds.
set -- "$@" -rpcallowip=0.0.0.0/0 -whitelist=noban,in,out@0.0.0.0/0 -whitelist=noban,in,out@::/0

# Ends when bitcoind has ended. Sets $status to its exit code, and $resetting when SIGUSR1 ended it:
# what it has is about to be replaced, so it need not write anything. A shell cannot trap a signal that
# was ignored when it started. Of an engine's own, only SIGHUP and SIGINT get that far: its programs are
# in Go, whose runtime catches every other one. Neither stops nor resets a node.
run() {
  resetting=no
  # Where its clock was set to: bitcoind forgets that, and does not start with a tip of the future. The last
  # of two arguments counts. The file is empty where the clock was put back.
  if [ -s "$datadir/clock" ]; then set -- "$@" "-mocktime=$(cat "$datadir/clock")"; fi
  # Nor does it remember whom it was told not to dial, see bootstrap/nodes/kept-cuts.ts.
  if [ -s "$datadir/cut-off" ]; then
    for argument in "$@"; do
      shift
      case $argument in
        -addnode=*) if grep -qxF "${argument#-addnode=}" "$datadir/cut-off"; then continue; fi ;;
      esac
      set -- "$@" "$argument"
    done
  fi
  # The password that a network of the test kit has since its last reset, see testing/reuse.ts; not in the
  # datadir, which snapshots are made of. It takes the place of the one among the arguments.
  # feature: credentials
  if [ -s "$HOME/.bitcoin/rpcauth" ]; then
    for argument in "$@"; do
      shift
      case $argument in -rpcauth=*) continue ;; esac
      set -- "$@" "$argument"
    done
    set -- "$@" "-rpcauth=$(cat "$HOME/.bitcoin/rpcauth")"
  fi
  bitcoind "$@" &
  bitcoind=$!
  trap 'kill -TERM "$bitcoind" || true' TERM INT
  trap 'resetting=yes; kill -KILL "$bitcoind" || true' USR1
  # A trapped signal ends `wait` early; the next one waits for the flush.
  status=0
  wait "$bitcoind" || status=$?
  while kill -0 "$bitcoind" 2>/dev/null; do
    status=0
    wait "$bitcoind" || status=$?
  done
}

# A reset: whoever wants the nodes back at a snapshot sends SIGUSR1 to all of them, sees reset.awaited
# in each, and so knows that none can feed its blocks to another any more. Then each gets the
# snapshot's datadir as reset.tar and the empty reset.whole after it, and SIGUSR1 once more: the engine
# is done with both files then. The container goes on all the while, with its address and its ports.
await_reset() {
  ready=no
  # Whoever asked for the end of bitcoind may have asked twice, and has not brought anything yet.
  trap 'if [ -e "$datadir/reset.whole" ]; then ready=yes; fi' USR1
  trap 'exit 143' TERM INT
  : > "$datadir/reset.awaited"
  # A minute; then whoever wanted it is gone. A signal ends `wait` at once, but not if it comes just before.
  left=600
  while [ "$ready" = no ] && [ "$left" -gt 0 ]; do
    sleep 0.1 &
    wait $! || true
    left=$((left - 1))
  done
  # The pause that was cut short is no process for long.
  kill $! 2>/dev/null || true
}

# Also at a start. reset.whole goes when the work is done: an interrupted reset is done again. Afterwards
# bitcoind has no peers until whoever wanted it connects it: those from outside have the old blocks.
take_up_reset() {
  alone=
  if [ -f "$datadir/reset.whole" ] && [ -f "$datadir/reset.tar" ]; then
    set --
    for old in "$datadir"/* "$datadir"/.[!.]* "$datadir"/..?*; do
      case $old in */reset.tar | */reset.whole) ;; *) set -- "$@" "$old" ;; esac
    done
    rm -rf "$@"
    tar -x -f "$datadir/reset.tar" -C "$HOME/.bitcoin"
    alone=-networkactive=0
    # Whoever reads the log knows what is of before.
    echo "regtest-network: the datadir was replaced"
  fi
  rm -f "$datadir/reset.whole" "$datadir/reset.tar" "$datadir/reset.awaited"
}

take_up_reset
run "$@" $alone
while [ "$resetting" = yes ]; do
  await_reset
  take_up_reset
  run "$@" $alone
done

# What a clean stop leaves and a snapshot must not carry.
if [ "$status" -eq 0 ]; then
  cd "$datadir"
  rm -f .lock blocks/.lock .cookie bitcoind.pid peers.dat anchors.dat banlist.json debug.log
  rm -f wallets/*/.walletlock wallets/*/db.log reset.*
fi
exit "$status"
