import { setFlagsFromString } from "node:v8";

/**
 * Has V8 keep the heap of this process small, at the cost of some speed: garbage is collected early, and what is new
 * gets no more room than it has now. For a process that is ours alone and stays for long.
 */
export function keepHeapSmall(): void {
  // Node takes the sizes themselves (--max-semi-space-size) only when it starts.
  setFlagsFromString("--optimize-for-size");
  setFlagsFromString("--semi-space-growth-factor=1");
}
