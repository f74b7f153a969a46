#!/bin/sh
# A deposit, from a shell: a network of one's own for the time of the script.
set -eu

network=$(npx regtest-network clone --json)
field() { printf '%s' "$network" | node -p "JSON.parse(require('fs').readFileSync(0, 'utf8'))$1"; }
id=$(field .id)
trap 'npx regtest-network release "$id" >&2' EXIT

# rpc NODE METHOD [PARAMETERS as JSON]
rpc() {
  printf 'user = "%s:%s"' "$(field ".nodes.$1.user")" "$(field ".nodes.$1.password")" |
    curl --silent --noproxy '*' --config - "$(field ".nodes.$1.url")" \
      --data "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$2\",\"params\":${3:-[]}}" |
    node -p "JSON.parse(require('fs').readFileSync(0, 'utf8')).result"
}

address=$(rpc alice getnewaddress)
rpc miner sendtoaddress "{\"address\":\"$address\",\"amount\":0.5,\"fee_rate\":10}" >&2
rpc miner generatetoaddress "[1, \"$(rpc miner getnewaddress)\"]" >&2
rpc alice waitforblockheight '[108, 10000]' >&2
rpc alice getbalance
