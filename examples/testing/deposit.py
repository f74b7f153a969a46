"""A deposit, from Python's standard library: a network of one's own for the time of the script."""

import json
import subprocess


def regtest(verb, *arguments):
    command = ["npx", "regtest-network", verb, *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


network = regtest("clone")["id"]
try:
    address = regtest("new-address", network, "alice")["address"]
    txid = regtest("fund", network, address, "0.5", "--confirmations", "0")["txid"]
    assert regtest("wait-for-transaction", network, txid)["confirmations"] == 0

    # Alice is cut off, and does not see the confirmation before she is back.
    regtest("partition", network, "alice")
    assert regtest("mine", network, "1")["cutOff"] == ["alice"]
    regtest("join", network)
    regtest("wait-for-transaction", network, txid, "--confirmations", "1")

    [wallet] = regtest("balance", network, "alice")["balances"]["alice"]
    print(wallet["spendable"])
finally:
    regtest("release", network)
