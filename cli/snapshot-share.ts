import type { Command } from "commander";

export function registerShare(snapshot: Command): void {
  void snapshot;
}
