// A deposit, from Go's standard library: a network of one's own for the time of the test.
package deposit

import (
	"encoding/json"
	"os/exec"
	"testing"
)

type told struct {
	ID       string
	Address  string
	Txid     string
	CutOff   []string
	Balances map[string][]struct{ Spendable string }
}

func regtest(t *testing.T, verb string, arguments ...string) (result told) {
	t.Helper()
	arguments = append(append([]string{"regtest-network", verb}, arguments...), "--json")
	output, err := exec.Command("npx", arguments...).Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", verb, err, output)
	}
	if err := json.Unmarshal(output, &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func TestDeposit(t *testing.T) {
	network := regtest(t, "clone").ID
	t.Cleanup(func() { regtest(t, "release", network) })
	onNetwork := func(verb string, arguments ...string) told {
		t.Helper()
		return regtest(t, verb, append(arguments, "--clone", network)...)
	}

	address := onNetwork("new-address", "alice").Address
	txid := onNetwork("fund", address, "0.5", "--confirmations", "0").Txid
	onNetwork("wait-for-transaction", txid)

	// Alice is cut off, and does not see the confirmation before she is back.
	onNetwork("partition", "alice")
	if mined := onNetwork("mine", "1"); len(mined.CutOff) != 1 {
		t.Fatalf("cut off: %v", mined.CutOff)
	}
	onNetwork("join")
	onNetwork("wait-for-transaction", txid, "--confirmations", "1")

	if have := onNetwork("balance", "alice").Balances["alice"][0].Spendable; have != "30.50000000" {
		t.Fatalf("alice has %s", have)
	}
}
