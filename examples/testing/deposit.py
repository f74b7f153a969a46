"""A deposit, from Python's standard library: a network of one's own for the time of the script."""

import base64
import json
import subprocess
import urllib.request


def regtest(*arguments):
    return subprocess.run(
        ["npx", "regtest-network", *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


# The node is on this machine, whatever http_proxy says.
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def rpc(node, method, params=()):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    credentials = base64.b64encode(f"{node['user']}:{node['password']}".encode()).decode()
    request = urllib.request.Request(
        node["url"], body.encode(), {"Authorization": f"Basic {credentials}"}
    )
    with direct.open(request) as response:
        answer = json.load(response)
    if "error" in answer and answer["error"] is not None:
        raise RuntimeError(f"{method}: {answer['error']['message']}")
    return answer["result"]


network = json.loads(regtest("clone", "--json"))
try:
    alice, miner = network["nodes"]["alice"], network["nodes"]["miner"]
    address = rpc(alice, "getnewaddress")
    rpc(miner, "sendtoaddress", {"address": address, "amount": 0.5, "fee_rate": 10})
    rpc(miner, "generatetoaddress", [1, rpc(miner, "getnewaddress")])
    rpc(alice, "waitforblockheight", [network["height"] + 1, 10_000])
    print(rpc(alice, "getbalance"))
finally:
    regtest("release", network["id"])
