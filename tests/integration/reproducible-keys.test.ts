/** Private keys of a real wallet's addresses, proven by bitcoind: from the key back to the address. */
import { HDKey } from "@scure/bip32";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { privateKeyOf } from "../../bootstrap/index.ts";
import {
  testnetVersions,
  walkThrough,
  walletDescriptors,
} from "../../bootstrap/keys/wallet-descriptors.ts";
import { ensureReady } from "../../bootstrap/nodes/ready.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import type { AddressType, DescriptorImport } from "../../bootstrap/rpc/methods.ts";
import type { TemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { ensureWallets } from "../../bootstrap/nodes/wallets.ts";
import { Bootstraps } from "../helpers/bootstraps.ts";

/** Type of address → the descriptor of the one that a key has. */
const descriptors: Readonly<Record<AddressType, (key: string) => string>> = {
  legacy: (key) => `pkh(${key})`,
  "p2sh-segwit": (key) => `sh(wpkh(${key}))`,
  bech32: (key) => `wpkh(${key})`,
  bech32m: (key) => `tr(${key})`,
};
const types = Object.keys(descriptors) as AddressType[];

/** Bitcoin Core, src/test/data/key_io_valid.json: a key whose public key is meant uncompressed. */
const uncompressed = "9213qJab2HNEpMpYNBa7wHGFKKbkDn24jpANDs2huN3yi4J11ko";

describe("privateKeyOf", () => {
  let bootstraps: Bootstraps;
  let network: TemporaryNetwork;
  beforeAll(async () => {
    bootstraps = await Bootstraps.open();
    network = await bootstraps.network(["alice"]);
    await network.run(async (run) => {
      await ensureReady(run);
      await ensureWallets(run, "regtest-network");
    });
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
  });

  /** Runs `work` with a client of the node, and one of its wallet. */
  async function onNode<T>(work: (rpc: RpcClient, wallet: RpcClient) => Promise<T>): Promise<T> {
    return await network.run(async ({ nodes: [alice] }) => {
      if (alice === undefined) throw new Error("the network has no node");
      return await work(alice.rpc, alice.wallet);
    });
  }

  /** The address that bitcoind gives a descriptor without wildcards. */
  async function addressOf(rpc: RpcClient, descriptor: string): Promise<string | undefined> {
    const { checksum } = await rpc.call("getdescriptorinfo", [descriptor]);
    return (await rpc.call<string[]>("deriveaddresses", [`${descriptor}#${checksum}`]))[0];
  }

  async function importKey(
    rpc: RpcClient,
    wallet: RpcClient,
    descriptor: string,
    use: Pick<DescriptorImport, "active" | "internal"> = {},
  ): Promise<void> {
    const { checksum } = await rpc.call("getdescriptorinfo", [descriptor]);
    const [imported] = await wallet.call("importdescriptors", [
      [{ desc: `${descriptor}#${checksum}`, timestamp: "now", ...use }],
    ]);
    expect(imported?.success).toBe(true);
  }

  it("gives the walk-through's key for Alice's address, called like rpcCall", async () => {
    await onNode(async ({ url }, wallet) => {
      const [address = ""] = Object.keys(
        await wallet.call("getaddressesbylabel", [walkThrough.label]),
      );
      expect(address).toBe("mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx");
      const { rpcPassword: password } = network.inputs;
      const node = { port: Number(new URL(url).port), host: "127.0.0.1", password };
      expect(await privateKeyOf({ ...node, wallet: "alice" }, address)).toBe(walkThrough.wif);
    });
  });

  it.each(types)("gives the key of %s addresses, handed out and for change", async (type) => {
    await onNode(async (rpc, seeded) => {
      const random = rpc.wallet(`random-${type}`);
      await rpc.call("createwallet", { wallet_name: `random-${type}` });
      for (const wallet of [seeded, random]) {
        for (const address of [
          await wallet.call("getnewaddress", ["", type]),
          await wallet.call("getnewaddress", ["", type]),
          await wallet.call<string>("getrawchangeaddress", [type]),
        ]) {
          const key = await privateKeyOf(wallet, address);
          expect(await addressOf(rpc, descriptors[type](key))).toBe(address);
        }
      }
    });
  });

  it("comes from the wallet's keys, also when a full disk left them without being used", async () => {
    await network.run(async (run) => {
      const [alice] = run.nodes;
      if (alice === undefined) throw new Error("the network has no node");
      const { rpc } = alice;
      await rpc.call("createwallet", { wallet_name: "half", blank: true, load_on_startup: true });
      for (const { desc, internal } of walletDescriptors("regtest-network", "alice/half")) {
        const active = desc.startsWith("pkh(") ? { active: true, internal } : {};
        await importKey(rpc, rpc.wallet("half"), desc, active);
      }
      const address = rpc.wallet("half").call("getnewaddress", ["", "bech32"]);
      await expect(address).rejects.toThrow("No bech32 addresses available");
      await ensureWallets({ ...run, nodes: [{ ...alice, wallets: ["half"] }] }, "regtest-network");
      for (const type of types) {
        expect(await rpc.wallet("half").call("getnewaddress", ["", type])).toMatch(/^\w+$/);
      }
    });
  });

  it("gives a key that signs for its address", async () => {
    await onNode(async (rpc, wallet) => {
      const address = await wallet.call("getnewaddress", ["", "legacy"]);
      const key = await privateKeyOf(wallet, address);
      const signature = await rpc.call<string>("signmessagewithprivkey", [key, "mine"]);
      expect(await rpc.call<boolean>("verifymessage", [address, signature, "mine"])).toBe(true);
    });
  });

  it("gives back what was imported as a single key, or below an account's key", async () => {
    await onNode(async (rpc) => {
      await rpc.call("createwallet", { wallet_name: "imported", blank: true });
      const wallet = rpc.wallet("imported");
      const singles = [
        ...types.map((type) => [descriptors[type](walkThrough.wif), walkThrough.wif] as const),
        [`pkh(${uncompressed})`, uncompressed] as const,
      ];
      for (const [descriptor, key] of singles) {
        await importKey(rpc, wallet, descriptor);
        const address = (await addressOf(rpc, descriptor)) ?? "";
        expect(await privateKeyOf(wallet, address)).toBe(key);
      }
      const master = HDKey.fromMasterSeed(Buffer.alloc(32, 7), testnetVersions);
      const account = master.derive("m/84'/1'/0'").privateExtendedKey;
      const fingerprint = master.fingerprint.toString(16).padStart(8, "0");
      const origin = `[${fingerprint}/84h/1h/0h]${account}`;
      await importKey(rpc, wallet, `wpkh(${origin}/0/*)`);
      const address = (await addressOf(rpc, `wpkh(${account}/0/3)`)) ?? "";
      const key = await privateKeyOf(wallet, address);
      expect(await addressOf(rpc, `wpkh(${key})`)).toBe(address);
    });
  });

  it("says why there is no key to give, and tells none", async () => {
    await onNode(async (rpc, wallet) => {
      await expect(privateKeyOf(wallet, "mkv")).rejects.toMatchObject({ code: -5 });
      const address = await wallet.call("getnewaddress", ["", "bech32"]);
      await rpc.call("createwallet", { wallet_name: "stranger" });
      await expect(privateKeyOf(rpc.wallet("stranger"), address)).rejects.toThrow(
        `${address} is not an address of the wallet`,
      );

      const { pubkey = "" } = await wallet.call("getaddressinfo", [address]);
      await rpc.call("createwallet", { wallet_name: "several", blank: true });
      const several = `wsh(multi(1,${walkThrough.wif},${pubkey}))`;
      await importKey(rpc, rpc.wallet("several"), several);
      const shared = (await addressOf(rpc, several)) ?? "";
      const refused = privateKeyOf(rpc.wallet("several"), shared);
      await expect(refused).rejects.toThrow(
        `${shared} has 2 keys instead of one: see its descriptor`,
      );
      await expect(refused).rejects.not.toThrow(walkThrough.wif);

      await rpc.call("createwallet", {
        wallet_name: "watching",
        blank: true,
        disable_private_keys: true,
      });
      await importKey(rpc, rpc.wallet("watching"), `wpkh(${pubkey})`);
      await expect(privateKeyOf(rpc.wallet("watching"), address)).rejects.toMatchObject({
        code: -4,
      });

      await rpc.call("createwallet", { wallet_name: "locked", passphrase: "secret" });
      const locked = await rpc.wallet("locked").call("getnewaddress");
      await expect(privateKeyOf(rpc.wallet("locked"), locked)).rejects.toMatchObject({ code: -13 });
      // Which of its wallets is meant is not for the node to guess.
      await expect(privateKeyOf(rpc, address)).rejects.toMatchObject({ code: -19 });
    });
  });
});
