/** examples/indexer: electrs, whose index is in the snapshot with the chain. */
import { cp, readFile } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";

import { projectFolder } from "../../base/files/paths.ts";
import { connectEngine } from "../../engine/client.ts";
import { network as declared } from "../../examples/indexer/network.ts";
import { prepareSnapshot } from "../../testing/index.ts";
import { electrsImage, electrsLimitMs, NoElectrsError } from "../helpers/electrs-image.ts";
import { foreignProject, packedPackage } from "../helpers/installed-package.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";

const folder = path.join(projectFolder, "examples/indexer");

it(
  "is copied by a person, and its suite passes (skipped where ELECTRS_IMAGE is not set and neither debian:bookworm-slim nor crates.io can be reached)",
  { tags: ["long"], timeout: electrsLimitMs + 300_000 },
  async ({ skip, onTestFinished }) => {
    const image = await electrsImage().catch((error: unknown) => {
      if (error instanceof NoElectrsError) return skip(error.message);
      throw error;
    });
    const services = declared.services.map((service) => ({ ...service, image }));
    const snapshot = await prepareSnapshot({ services });
    onTestFinished(async () => {
      await removeSnapshot(await connectEngine(), snapshot);
    });

    const { devDependencies } = JSON.parse(
      await readFile(path.join(projectFolder, "package.json"), "utf8"),
    ) as { devDependencies: Record<string, string> };
    await using project = await foreignProject([
      await packedPackage(),
      `vitest@${devDependencies["vitest"] ?? ""}`,
    ]);
    await cp(folder, project.path, { recursive: true });
    const env = { ELECTRS_IMAGE: image, NO_COLOR: "1" };
    const printed = await project.run("npx", ["vitest", "run"], env);
    expect(printed).toMatch(/Tests +6 passed/);
    expect(printed).not.toContain("Making the snapshot");
  },
);
