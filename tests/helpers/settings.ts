import type { RawSettings } from "../../bootstrap/plan/settings/settings.ts";

/** Settings as the defaults of Pulumi.yaml are. */
export const defaultSettings: RawSettings = {
  rpcUser: "user",
  aliceRpcPort: 18332,
  minerRpcPort: 18342,
  nodes: [],
  connect: "mesh",
  fund: [],
  start: "genesis",
  snapshot: "",
  blocks: 101,
  amount: "30",
  confirmations: 6,
  scenario: "",
  walletSeed: "regtest-network",
  reproducible: true,
  mockTime: "",
  blockSpacing: "",
  autoMine: "",
  prefix: "",
  baseImage: "",
  coreDownloadBase: "https://bitcoincore.org/bin",
  keepSnapshots: false,
  timeout: 60,
};
