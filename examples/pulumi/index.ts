/** A shop in a container beside a network, where it reaches alice by her name, and a second network with other keys. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { RegtestNetwork } from "regtest-network/pulumi";

const btc = new RegtestNetwork("btc", {
  nodes: [{ name: "alice" }, { name: "bob", zmqPort: "free" }, { name: "miner", role: "miner" }],
  connect: "line",
});

const other = new RegtestNetwork("other", {
  nodes: [{ name: "miner", role: "miner" }],
  walletSeed: "other keys",
});

const shop = new docker.Container(
  "shop",
  {
    image: new pulumi.Config().require("image"),
    entrypoints: ["/bin/sh", "-c", "while :; do sleep 1; done"],
    networksAdvanced: [{ name: btc.network.name }],
    // btc.rpcPassword is a secret: a variable would show it to everybody who may inspect the container.
    envs: [pulumi.interpolate`BITCOIN_RPC=${btc.nodes.alice.internalUrl}`],
  },
  { dependsOn: btc },
);

export const { endpoints, ports, rpcUser, rpcPassword, chain } = btc;
export const otherTip = other.chain.tip;
export const shopName = shop.name;
