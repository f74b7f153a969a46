import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

import { describe, expect, it, vi } from "vitest";

import { label } from "../../../../engine/labels.ts";
import {
  isAbandoned,
  lastingLabels,
  ownedLabels,
  unownedLabels,
} from "../../../../engine/clean-up/owner.ts";

const day = 86_400_000;

/** The labels of this process with something else about their owner. */
function ownedBy(changed: object): Record<string, string> {
  const labels = ownedLabels();
  const owner = JSON.parse(labels[label.owner] ?? "{}") as object;
  return { ...labels, [label.owner]: JSON.stringify({ ...owner, ...changed }) };
}

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("what a process owns", () => {
  it("is wanted as long as the process lives, however old it is", () => {
    expect(isAbandoned(ownedLabels())).toBe(false);
    expect(isAbandoned(ownedLabels(), Date.now() + 100 * day)).toBe(false);
  });

  it("is not when the process has ended, or another one has its id", async () => {
    expect(isAbandoned(ownedBy({ pid: await endedProcess() }))).toBe(true);
    expect(isAbandoned(ownedBy({ started: "123" }))).toBe(true);
  });

  it.runIf(process.platform === "linux")(
    "is not when the process was killed, and nobody has waited for it yet",
    async () => {
      // A shell that becomes a program which waits for no child.
      const parent = spawn("sh", ["-c", "sleep 100 & echo $!; exec sleep 100"]);
      try {
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        const pid = Number(line.toString());
        const started = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[21];
        expect(isAbandoned(ownedBy({ pid, started }))).toBe(false);
        // The shell would wait for it.
        await vi.waitFor(() => {
          expect(readFileSync(`/proc/${parent.pid ?? 0}/comm`, "utf8")).toBe("sleep\n");
        });
        process.kill(pid, "SIGKILL");
        await vi.waitFor(() => {
          expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toContain(") Z ");
        });
        expect(isAbandoned(ownedBy({ pid, started }))).toBe(true);
      } finally {
        parent.kill("SIGKILL");
      }
    },
  );

  it("of another machine is not touched for a day: nobody here can tell", () => {
    const labels = ownedBy({ host: "elsewhere", pid: 1 });
    expect(isAbandoned(labels)).toBe(false);
    expect(isAbandoned(labels, Date.now() + day / 2)).toBe(false);
    expect(isAbandoned(labels, Date.now() + day + 2_000)).toBe(true);
  });
});

it("what is to last goes when its time is over", () => {
  const labels = lastingLabels(60, 1_000_000);
  expect(isAbandoned(labels, 1_059_000)).toBe(false);
  expect(isAbandoned(labels, 1_060_000)).toBe(true);
});

it("what has no such labels is never abandoned, nor what was committed from a thing that had", () => {
  expect(isAbandoned({})).toBe(false);
  expect(isAbandoned({ ...ownedLabels(0), ...unownedLabels }, 100 * day)).toBe(false);
});

it.each(["", "{", "null", "[]", '"me"', '{"pid":1}'])(
  "an owner that cannot be read, %j, is nobody here: the time alone counts",
  (owner) => {
    const labels = { [label.owner]: owner, [label.expires]: "1000" };
    expect(isAbandoned(labels, 999_000)).toBe(false);
    expect(isAbandoned(labels, 1_000_000)).toBe(true);
    expect(isAbandoned({ [label.owner]: owner })).toBe(false);
  },
);
