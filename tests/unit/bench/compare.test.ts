import { describe, expect, it } from "vitest";

import { comparison, savedReport, slowerThan } from "../../bench/compare.ts";
import { figure } from "../../bench/figures.ts";
import type { Report } from "../../bench/report.ts";
import { machine } from "../../helpers/bench.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

function report(figures: Report["figures"], other: Partial<Report["machine"]> = {}): Report {
  return {
    date: "2026-01-02T03:04:05.678Z",
    rounds: 3,
    machine: { ...machine, ...other },
    figures,
  };
}

describe("what got slower than a saved run", () => {
  const before = report([
    figure("up", "s", [3, 3.2, 3.5]),
    figure("down", "s", [1, 1.1, 1.2]),
    figure("image", "MB", [29.8]),
    figure("reset", "s", [1, 1, 1]),
  ]);

  it("is what differs by more than the values of either run do", () => {
    const now = report([
      // More than the spread of the saved run, and less than that of this one.
      figure("up", "s", [3.6, 3.9, 4.5]),
      figure("down", "s", [1.3, 1.35, 1.4]),
      figure("image", "MB", [29.9]),
      figure("mine", "s", [9, 9, 9]),
    ]);
    expect(slowerThan(before, now).map(({ now: { name } }) => name)).toEqual(["down"]);
    const text = comparison(before, now);
    expect(text).toMatch(/^down +1\.10 s +1\.35 s +1\.23 x$/m);
    expect(text).not.toContain("image");
    expect(text).toContain("not measured now: reset");
  });

  it("is nothing where it got faster, and the image is compared without a spread", () => {
    const faster = report([figure("up", "s", [1, 1, 1]), figure("image", "MB", [29.8])]);
    expect(comparison(before, faster)).toContain("nothing got slower");
    const larger = report([figure("image", "MB", [31])], { processor: "Another CPU" });
    expect(slowerThan(before, larger)).toHaveLength(1);
    expect(comparison(before, larger)).toContain("processor was Some CPU, is Another CPU");
  });

  it("is told of seconds that were measured once only where they differ by a quarter", () => {
    const once = report([figure("up", "s", [4]), figure("down", "s", [4])]);
    const now = report([figure("up", "s", [4.9]), figure("down", "s", [5.1])]);
    expect(slowerThan(once, now).map(({ now: { name } }) => name)).toEqual(["down"]);
  });

  it("says that the machine was busy then", () => {
    const busy = report(before.figures, { load: 5 });
    expect(comparison(busy, before)).toContain("was busy then, with a load of 5.0");
    expect(comparison(before, before)).not.toContain("busy");
  });

  it("is asked of a file that a run with --json wrote, and of no other", async () => {
    await using temp = await tempFolder();
    await temp.write({ "saved.json": JSON.stringify(before), "other.json": "{}", "cut.json": "{" });
    expect(await savedReport(`${temp.path}/saved.json`)).toEqual(before);
    for (const file of ["other.json", "cut.json"]) {
      await expect(savedReport(`${temp.path}/${file}`)).rejects.toThrow(
        `${file} is no saved run: npm run --silent bench -- --json`,
      );
    }
    await expect(savedReport(`${temp.path}/none.json`)).rejects.toThrow("ENOENT");
  });
});
