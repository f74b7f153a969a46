/** All that is done with a network: the same on a stack and on a clone. */
import type { Command } from "commander";

import type { Place } from "../shared/verb.ts";
import { register as balance } from "./balance.ts";
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
  ...[mine, fund, reorg, sync, time, reset],
  ...[newAddress, balance, waitForTransaction, env],
];

export function registerVerbs(program: Command, place: Place): void {
  for (const register of verbs) register(program, place);
}
