#!/bin/sh
# The bootstrap by hand: the same steps with docker and bitcoin-cli alone, as `npm run bench` compares them.
# Usage: walk-through.sh IMAGE NAME
# Prints "started" when both nodes are started and "done" when the network is back after its snapshots.
# All it makes carries the label regtest-network.stack=NAME, and is removed at the end.
set -eu
image=$1
name=$2
label=regtest-network.stack=$name

fail() {
  echo "error: $*" >&2
  exit 1
}

remove_all() {
  docker ps --all --quiet --filter "label=$label" | xargs -r docker rm --force
  docker images --quiet --filter "label=$label" | xargs -r docker rmi --force
  docker network ls --quiet --filter "label=$label" | xargs -r docker network rm
}
trap 'remove_all >/dev/null' EXIT
trap 'exit 130' INT TERM

run() {
  docker run --detach --name "$name-$1" --hostname "$1" --label "$label" \
    --network "$name" --network-alias "$1" --publish 127.0.0.1::18332 \
    --cap-drop ALL --security-opt no-new-privileges \
    "$image" "-uacomment=$1" "-addnode=$2" >/dev/null
}
alice() { docker exec "$name-alice" bitcoin-cli "$@"; }
miner() { docker exec "$name-miner" bitcoin-cli "$@"; }

# Runs a command again and again until its output has the pattern, 60 s at most.
until_prints() {
  pattern=$1
  shift
  deadline=$(($(date +%s) + 60))
  until seen=$("$@" 2>&1) && echo "$seen" | grep -q "$pattern"; do
    [ "$(date +%s)" -lt "$deadline" ] || fail "waited 60 s for \"$pattern\" from: $*; last seen: $seen"
    sleep 0.02
  done
}

expect() {
  wanted=$1
  shift
  seen=$("$@")
  [ "$seen" = "$wanted" ] || fail "$* says $seen instead of $wanted"
}

# Being listed is not being past the handshake: that is so when a ping was answered, on both ends.
connect() {
  alice -rpcwait -rpcwaittimeout=60 getblockchaininfo >/dev/null
  miner -rpcwait -rpcwaittimeout=60 getblockchaininfo >/dev/null
  miner getpeerinfo | grep -q '(alice)' || miner addnode alice onetry
  until_prints '"pong"' miner getpeerinfo
  until_prints '"pong"' alice getpeerinfo
}

muhash() { "$1" gettxoutsetinfo muhash | grep '"muhash"'; }

height=0
mine() {
  miner generatetoaddress "$1" "$mining" >/dev/null
  height=$((height + $1))
  expect "$(miner waitforblockheight "$height" 60000)" alice waitforblockheight "$height" 60000
}

docker network create --label "$label" "$name" >/dev/null
run alice miner
run miner alice
echo started

connect
alice -named createwallet wallet_name=alice load_on_startup=true >/dev/null
miner -named createwallet wallet_name=miner load_on_startup=true >/dev/null
mining=$(miner getnewaddress mining bech32)
mine 101
expect 50.00000000 miner getbalance
address=$(alice getnewaddress Alice bech32)
txid=$(miner -named sendtoaddress address="$address" amount=30 fee_rate=10)
until_prints "$txid" alice gettransaction "$txid"
mine 6
expect 30.00000000 alice getbalance
utxos=$(muhash miner)
expect "$utxos" muhash alice

docker stop --time 60 "$name-alice" "$name-miner" >/dev/null
docker commit "$name-alice" "$name-alice" >/dev/null
docker commit "$name-miner" "$name-miner" >/dev/null

docker start "$name-alice" "$name-miner" >/dev/null
connect
expect 30.00000000 alice getbalance
expect "$utxos" muhash miner
expect "$utxos" muhash alice
echo done
