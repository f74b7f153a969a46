import { minerOf, type Run } from "../nodes/run.ts";
import { labelledAddresses } from "../payments/funding.ts";

/** The label of the address that the miner mines to, in its own wallet. */
const miningLabel = "mining";

/** Where the miner mines to. */
export async function miningAddress(run: Run): Promise<string> {
  const [address] = await labelledAddresses(minerOf(run), miningLabel);
  return address;
}
