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

	address := regtest(t, "new-address", network, "alice").Address
	txid := regtest(t, "fund", network, address, "0.5", "--confirmations", "0").Txid
	regtest(t, "wait-for-transaction", network, txid)

	// Alice is cut off, and does not see the confirmation before she is back.
	regtest(t, "partition", network, "alice")
	if mined := regtest(t, "mine", network, "1"); len(mined.CutOff) != 1 {
		t.Fatalf("cut off: %v", mined.CutOff)
	}
	regtest(t, "join", network)
	regtest(t, "wait-for-transaction", network, txid, "--confirmations", "1")

	if have := regtest(t, "balance", network, "alice").Balances["alice"][0].Spendable; have != "30.50000000" {
		t.Fatalf("alice has %s", have)
	}
}
