/** All that is done with a network: the same on a stack and on a clone. */
import type { Command } from "commander";

import { register as balance } from "./balance.ts";
import { register as connect } from "./connect.ts";
import { register as disconnect } from "./disconnect.ts";
import { register as join } from "./join.ts";
import { register as partition } from "./partition.ts";
import { register as pause } from "./pause.ts";
import { register as restart } from "./restart.ts";
import { register as start } from "./start.ts";
import { register as stop } from "./stop.ts";
import { register as traffic } from "./traffic.ts";
import { register as unpause } from "./unpause.ts";
import { register as env } from "./env.ts";
import { register as fund } from "./fund.ts";
import { register as mine } from "./mine.ts";
import { register as newAddress } from "./new-address.ts";
import { register as reorg } from "./reorg.ts";
import { register as reset } from "./reset.ts";
import { register as sync } from "./sync.ts";
import { register as time } from "./time.ts";
import { register as waitForTransaction } from "./wait-for-transaction.ts";

const verbs = [
  ...[mine, fund, traffic, reorg, sync, time, reset],
  ...[partition, join, disconnect, connect],
  ...[stop, start, restart, pause, unpause],
  ...[newAddress, balance, waitForTransaction, env],
];

export function registerVerbs(program: Command): void {
  for (const register of verbs) register(program);
}
