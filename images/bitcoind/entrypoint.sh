#!/bin/sh
# Runs bitcoind with RPC open to the subnets this container is attached to and no other, and
# leaves a datadir behind that can be committed as a snapshot.
set -eu

# The subnets are read here and not passed in, so that the same image, or a snapshot of it,
# works on any network: a stack's, a test's, or `docker run` on the default bridge.
set -- "$@" -rpcallowip=127.0.0.1
for subnet in $(ip -o -4 addr show scope global | awk '{ print $4 }'); do
  # Peers on the network get transactions at once instead of after a random delay of seconds.
  set -- "$@" "-rpcallowip=$subnet" "-whitelist=noban,in,out@$subnet"
done

# A reset: whoever wants the node back at a snapshot puts that snapshot's datadir here while it is
# stopped. The archive goes last, so that an interrupted reset is done again at the next start.
if [ -f "$HOME/reset.tar" ]; then
  rm -rf "$HOME/.bitcoin/regtest"
  tar -x -f "$HOME/reset.tar" -C "$HOME/.bitcoin"
  rm -f "$HOME/reset.tar"
fi

bitcoind "$@" &
bitcoind=$!
trap 'kill -TERM "$bitcoind"' TERM INT

# A trapped signal ends the first `wait` early; the second one waits for the flush.
status=0
wait "$bitcoind" || status=$?
if kill -0 "$bitcoind" 2>/dev/null; then
  status=0
  wait "$bitcoind" || status=$?
fi

# What a clean stop leaves and a snapshot must not carry.
if [ "$status" -eq 0 ]; then
  cd "$HOME/.bitcoin/regtest"
  rm -f .lock blocks/.lock .cookie bitcoind.pid peers.dat anchors.dat banlist.json fee_estimates.dat debug.log
  rm -f wallets/*/.walletlock wallets/*/db.log
fi
exit "$status"
