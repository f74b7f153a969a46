import { setFlagsFromString } from "node:v8";

/**
 * Has V8 keep the heap of this process small: garbage is collected early, and what is new gets no more room than it
 * has now. The explorer's process then has 110 to 140 instead of 270 MB when it has followed 10,000 blocks, answers a quarter
 * fewer requests per second, and reads a chain of 100,000 transactions in twice the time. For a process that is ours
 * alone and stays for long.
 */
export function keepHeapSmall(): void {
  // Node takes the sizes themselves (--max-semi-space-size) only when it starts.
  setFlagsFromString("--optimize-for-size");
  setFlagsFromString("--semi-space-growth-factor=1");
}
