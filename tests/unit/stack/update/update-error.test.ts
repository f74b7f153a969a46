import { describe, expect, it } from "vitest";

import { withBuildAdvice } from "../../../../stack/update/update-error.ts";

const build =
  "1 error occurred:\n\t* Error running legacy build: executor failed: exit code: 1\n\n";

describe("withBuildAdvice", () => {
  it("says once how to see what the official Docker plugin hides of a build", () => {
    const reasons = [{ resource: "image bitcoind", message: build }, { message: build }];
    const [first, second] = withBuildAdvice(reasons);
    expect(first?.resource).toBe("image bitcoind");
    expect(first?.message).toContain("with REGTEST_DOCKER_PLUGIN=stand-in to see it");
    expect(second).toEqual(reasons[1]);
  });

  it("leaves other errors as they are, the stand-in's too, which shows it", () => {
    const shown = "Error running legacy build: it failed\nThe last lines of its output:\nStep 1/16";
    const reasons = [{ resource: "claim", message: "port 1 is taken" }, { message: shown }];
    expect(withBuildAdvice(reasons)).toEqual(reasons);
  });
});
