import { describe, expect, it } from "vitest";

import { walkThrough, walletDescriptors } from "../../../../bootstrap/keys/wallet-descriptors.ts";

const seed = "regtest-network";

describe("walletDescriptors", () => {
  it("gives the keys that the published seed has always given", () => {
    const alice =
      "tprv8ZgxMBicQKsPdCcdg8VS5Vn6sE6L9Y8NGDzQQcTiEDkytUf9GPuXqqAvg2ouj7Tw4KWUdTmxNjoN4ZGQZJ9WSJrnma6qPstnKgc7crET2tC";
    expect(walletDescriptors(seed, "alice")).toEqual([
      { desc: `pkh(${alice}/44h/1h/0h/0/*)`, active: true, internal: false },
      { desc: `pkh(${alice}/44h/1h/0h/1/*)`, active: true, internal: true },
      { desc: `sh(wpkh(${alice}/49h/1h/0h/0/*))`, active: true, internal: false },
      { desc: `sh(wpkh(${alice}/49h/1h/0h/1/*))`, active: true, internal: true },
      { desc: `wpkh(${alice}/84h/1h/0h/0/*)`, active: true, internal: false },
      { desc: `wpkh(${alice}/84h/1h/0h/1/*)`, active: true, internal: true },
      { desc: `tr(${alice}/86h/1h/0h/0/*)`, active: true, internal: false },
      { desc: `tr(${alice}/86h/1h/0h/1/*)`, active: true, internal: true },
      { desc: `pkh(${walkThrough.wif})`, active: false, internal: false, label: "Alice" },
    ]);
  });

  it("gives the walk-through's key to alice alone", () => {
    const others = walletDescriptors(seed, "miner");
    expect(others).toHaveLength(8);
    expect(JSON.stringify(others)).not.toContain(walkThrough.wif);
  });

  it.each([
    ["another node", seed, "miner"],
    ["another seed", "another", "alice"],
  ])("gives other keys to %s", (_what, otherSeed, name) => {
    const own = new Set(
      walletDescriptors(seed, "alice")
        .slice(0, 8)
        .map(({ desc }) => desc),
    );
    const shared = walletDescriptors(otherSeed, name).filter(({ desc }) => own.has(desc));
    expect(shared).toEqual([]);
  });
});
