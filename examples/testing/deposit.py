"""A deposit, from Python's standard library: a network of one's own for the time of the script."""

import json
import subprocess


def regtest(verb, *arguments):
    command = ["npx", "regtest-network", verb, *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


network = regtest("clone")["id"]


def on_network(verb, *arguments):
    return regtest(verb, *arguments, "--clone", network)


try:
    address = on_network("new-address", "alice")["address"]
    txid = on_network("fund", address, "0.5", "--confirmations", "0")["txid"]
    assert on_network("wait-for-transaction", txid)["confirmations"] == 0

    # Alice is cut off, and does not see the confirmation before she is back.
    on_network("partition", "alice")
    assert on_network("mine", "1")["cutOff"] == ["alice"]
    on_network("join")
    on_network("wait-for-transaction", txid, "--confirmations", "1")

    [wallet] = on_network("balance", "alice")["balances"]["alice"]
    print(wallet["spendable"])
finally:
    regtest("release", network)
