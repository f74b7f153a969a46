/** Pulumi's events, as its CLI writes them, and the steps that are made of them. */
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { expect, test } from "vitest";

import { resourceTitle } from "../../../../stack/update/resource-title.ts";
import { UpdateSteps } from "../../../../stack/update/update-steps.ts";
import { LinesDisplay } from "../../../../base/progress/lines.ts";
import { Steps } from "../../../../base/progress/steps.ts";

const urns = {
  stack: "urn:pulumi:dev::regtest-network::pulumi:pulumi:Stack::regtest-network-dev",
  network: "urn:pulumi:dev::regtest-network::regtest:index:RegtestNetwork::regtest",
  alice:
    "urn:pulumi:dev::regtest-network::regtest:index:RegtestNetwork$regtest:index:BitcoinNode$docker:index/container:Container::regtest-alice",
  image:
    "urn:pulumi:dev::regtest-network::regtest:index:RegtestNetwork$docker:index/remoteImage:RemoteImage::regtest-bitcoind",
  bootstrap:
    "urn:pulumi:dev::regtest-network::regtest:index:RegtestNetwork$regtest:index:Bootstrap::regtest-bootstrap",
};

function step(op: string, urn: string): { metadata: unknown } {
  return { metadata: { op, urn, new: { custom: urn !== urns.stack && urn !== urns.network } } };
}

const begins = (op: string, urn: string) => ({ resourcePreEvent: step(op, urn) });
const ends = (op: string, urn: string) => ({ resOutputsEvent: step(op, urn) });
const says = (urn: string | undefined, message: string, severity = "info", ephemeral = false) => ({
  diagnosticEvent: { urn, message: `${message}\n`, severity, ephemeral },
});

/** The lines of these events, without what depends on the time, and what was made of them. */
function shown(events: readonly object[], resources = 0): { lines: string[]; update: UpdateSteps } {
  const lines: string[] = [];
  const display = new LinesDisplay((line) => lines.push(line.replace(/ after [\d.]+ s$/, "")));
  const network = { urn: urns.network, type: "regtest:index:RegtestNetwork" };
  const others = Array.from({ length: resources }, () => ({ urn: "", type: "any", id: "any" }));
  const before = [network, ...others];
  const update = new UpdateSteps(new Steps(display), before);
  for (const event of events) update.take(event as EngineEvent);
  return { lines, update };
}

test.each([
  [urns.alice, "node alice"],
  [urns.image, "image bitcoind"],
  [urns.bootstrap, "bootstrap"],
  [
    `${urns.network.slice(0, -9)}$regtest:index:CoreRelease::regtest-core-29.0`,
    "core release core-29.0",
  ],
  // Of a user's own program.
  ["urn:pulumi:dev::p::docker:index/container:Container::shop", "container shop"],
])("%s is called %s", (urn, title) => {
  expect(resourceTitle(urn, new Set(["regtest"]))).toBe(title);
});

test("a resource has its network's name before its own where there are several", () => {
  expect(resourceTitle(urns.alice, new Set(["regtest", "other"]))).toBe("node regtest-alice");
});

test("what the bootstrap says are its parts, and how far one is does not make it another", () => {
  const { lines } = shown([
    begins("create", urns.stack),
    begins("create", urns.bootstrap),
    says(urns.bootstrap, "mine to height 101: 0 of 101 blocks", "info", true),
    says(urns.bootstrap, "mine to height 101: 25 of 101 blocks", "info", true),
    says(urns.bootstrap, "read the chain", "info", true),
    says(urns.bootstrap, "", "info", true),
    ends("create", urns.bootstrap),
  ]);
  expect(lines).toEqual([
    "start Pulumi ...",
    "start Pulumi: done",
    "bootstrap creating ...",
    "bootstrap: mine to height 101 ...",
    "bootstrap: mine to height 101: done",
    "bootstrap: read the chain ...",
    "bootstrap: read the chain: done",
    "bootstrap created",
  ]);
});

test("a part that was under way when its resource failed has failed too", () => {
  const { lines } = shown([
    begins("create", urns.bootstrap),
    says(urns.bootstrap, "mine to height 101: 0 of 101 blocks", "info", true),
    says(urns.bootstrap, "", "info", true),
    { resOpFailedEvent: step("create", urns.bootstrap) },
  ]);
  expect(lines.slice(-2)).toEqual(["bootstrap: mine to height 101: failed", "bootstrap: failed"]);
});

test("resources that are compared are one step, and those that stay as they are none", () => {
  const { lines } = shown(
    [
      begins("refresh", urns.stack),
      begins("refresh", urns.alice),
      begins("refresh", urns.bootstrap),
      says(urns.bootstrap, "wait for the nodes", "info", true),
      says(urns.bootstrap, "1 blocks were mined since"),
      ends("refresh", urns.bootstrap),
      ends("refresh", urns.alice),
      begins("same", urns.stack),
      begins("same", urns.alice),
      ends("same", urns.alice),
    ],
    2,
  );
  expect(lines.slice(2)).toEqual([
    "compare with the current state ...",
    "compare with the current state: bootstrap: wait for the nodes",
    "bootstrap: 1 blocks were mined since",
    "compare with the current state: done",
    "read the program ...",
    "read the program: done",
  ]);
});

test("errors are kept for the end, warnings are told at once, and of debug messages nothing is", () => {
  const { lines, update } = shown([
    says(undefined, "resp: rpcPassword,,,secret", "debug"),
    says(urns.alice, "it is <{%fg 1%}>paused<{%reset%}>", "warning"),
    says(urns.bootstrap, 'step "mine and pay" failed', "error"),
    says(undefined, "blocks: 100 is not allowed", "error"),
  ]);
  expect(lines.slice(1)).toEqual(["warning: node alice: it is paused"]);
  expect(update.reasons).toEqual([
    { resource: "bootstrap", message: 'step "mine and pay" failed' },
    { message: "blocks: 100 is not allowed" },
  ]);
});

test.each([
  "regtest:index:Claim resource 'claim' has a problem: ",
  "docker:index/container:Container resource 'alice': property envs value {[{A=secret} {map[a:{1}]}]} has a problem: ",
])("an error of a check begins with its sentence, not with %s", (before) => {
  const reason = "prefix: the container name alice is taken; this resource 'x' has a problem: y";
  const { update } = shown([says(urns.alice, before + reason, "error")]);
  expect(update.reasons).toEqual([{ resource: "node alice", message: reason }]);
});

test("control characters that somebody wrote reach no line", () => {
  const { lines } = shown([
    begins("create", urns.bootstrap),
    says(urns.bootstrap, "pay \u001b[2Jmallory", "info", true),
    says(urns.alice, "\u0007it rings", "warning"),
  ]);
  expect(lines.join("\n")).toMatch(/pay \\u001b\[2Jmallory[^]*\\u0007it rings/);
  expect(lines.join("")).not.toMatch(/[\u0000-\u001f]/);
});

test("begin none after the end, whatever a plugin still says", () => {
  const { lines, update } = shown([begins("create", urns.bootstrap)]);
  update.end("failed");
  const before = [...lines];
  for (const late of [
    says(urns.bootstrap, "mine to height 101", "info", true),
    begins("create", urns.alice),
    begins("refresh", urns.alice),
  ])
    update.take(late as unknown as EngineEvent);
  expect(lines).toEqual(before);
});
