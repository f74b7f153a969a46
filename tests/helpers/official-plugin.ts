/**
 * What must differ where the official Docker plugin is at hand: `REGTEST_DOCKER_PLUGIN=official npm test`. The
 * table of the stand-in's page has each of it. Anything else that fails there is a fault.
 */
import { beforeEach } from "vitest";

/** Test's name → why it holds for the stand-in alone. */
const standInOnly: Readonly<Record<string, string>> = {};

if (process.env["REGTEST_DOCKER_PLUGIN"] === "official") {
  beforeEach(({ task, skip }) => {
    const reason = standInOnly[task.name];
    if (reason !== undefined) skip(`the official plugin: ${reason}`);
  });
}
