/** Snapshots go to another engine, by file and by registry, and only whole ones arrive. */
import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

import type Docker from "dockerode";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { readArchive } from "../../bootstrap/snapshots/share/archive.ts";
import { exportSnapshot } from "../../bootstrap/snapshots/share/export.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { importSnapshot } from "../../bootstrap/snapshots/share/import.ts";
import { snapshotReference } from "../../bootstrap/snapshots/names.ts";
import { checkIncoming, placeSnapshot } from "../../bootstrap/snapshots/share/incoming.ts";
import { tag } from "../../bootstrap/snapshots/references.ts";
import { pullSnapshot, pushSnapshot } from "../../bootstrap/snapshots/share/registry.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { defaultStack } from "../helpers/default-stack.ts";
import { type RegistryServer, registryUser, startRegistry } from "../helpers/registry-server.ts";
import {
  secondEnginePossible,
  type SecondEngine,
  startSecondEngine,
} from "../helpers/second-engine.ts";
import { ask, shop, shopBase } from "../helpers/shop.ts";
import { type MadeImage, madeSnapshot, savedFiles, tarOf } from "../helpers/snapshot-archive.ts";
import type { ProjectStack } from "../helpers/stack.ts";
import { tempFolder, type TempFolder } from "../helpers/temp-folder.ts";
import { cloneNetwork, prepareSnapshot } from "../../testing/index.ts";

/** What `clone --json` prints, as far as it is read. */
interface RestoredClone {
  readonly id: string;
  readonly height: number;
  readonly services: { readonly shop: { readonly urls: { readonly web: string } } };
}

const transfer = { signal: AbortSignal.timeout(600_000), status: () => undefined, force: false };

/** All names of images on an engine, with the image of each; of one snapshot, where others work on it too. */
async function namesOn(docker: Docker, snapshot?: string): Promise<string[]> {
  const filters = snapshot === undefined ? {} : labelFilter({ [label.snapshot]: snapshot });
  const images = await docker.listImages({ all: true, filters });
  return images
    .flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((name) => `${name} ${Id}`))
    .toSorted();
}

async function removeByLabel(docker: Docker, name: string): Promise<void> {
  const filters = labelFilter({ [label.snapshot]: name });
  for (const { Id } of await docker.listImages({ filters }))
    await docker.getImage(Id).remove({ force: true });
}

describe.skipIf(!secondEnginePossible)("with a second engine", () => {
  let folder: TempFolder;
  let second: SecondEngine;
  beforeAll(async () => {
    folder = await tempFolder();
    second = await startSecondEngine();
  });
  afterAll(async () => {
    await second[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function fileOf(images: readonly MadeImage[], name: string): Promise<string> {
    const file = path.join(folder.path, name);
    await writeFile(file, await tarOf(savedFiles(images, "classic")));
    return file;
  }

  describe("a running network's snapshot", () => {
    let stack: ProjectStack;
    let name: string;
    beforeAll(async () => {
      stack = await defaultStack();
      name = stack.prefix + stack.name;
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await removeByLabel(second.docker, name);
    });

    it("is exported, imported, and started there with all that it holds", async () => {
      const names = await namesOn(stack.docker, name);
      const file = path.join(folder.path, "network.tar.gz");
      const exported = await exportSnapshot(stack.docker, name, file, transfer);
      expect(exported.bytes).toBe((await stat(file)).size);
      // Both nodes' own layers, and what they share once.
      expect(gunzipSync(await readFile(file)).length).toBeLessThan(45_000_000);
      expect(await namesOn(stack.docker, name)).toEqual(names);

      await importSnapshot(second.docker, file, transfer);
      const found = await findSnapshot(second.docker, name);
      expect(found.manifest).toEqual((await findSnapshot(stack.docker, name)).manifest);
      const references = Object.values(found.images).map(({ image }) => image);
      expect(references.toSorted()).toEqual([
        snapshotReference(name, "alice"),
        snapshotReference(name, "miner"),
      ]);

      const restored = `${stack.name}-restored`;
      const cli = async (...args: string[]): Promise<string> => {
        const [program, ...before] = [...second.within, process.execPath, "cli/main.ts"];
        const { stdout } = await execa(program, [...before, ...args, "--stack", restored], {
          cwd: projectFolder,
          env: { DOCKER_HOST: second.host, REGTEST_BASE_IMAGE: "none is needed" },
        });
        return stdout;
      };
      try {
        // Compares every fact of the manifest.
        expect(await cli("up", "--from", name)).toContain("at height 107");
        const alice = ["exec", `${restored}-alice`, "bitcoin-cli"];
        const ask = async (...question: string[]): Promise<string> =>
          (await execa("docker", ["--host", second.host, ...alice, ...question])).stdout;
        expect(await ask("getbalance")).toBe("30.00000000");
        expect(await ask("getbestblockhash")).toBe(found.manifest.facts.tip);
        expect(await ask("getconnectioncount")).not.toBe("0");
      } finally {
        await cli("down");
        await execa("pulumi", ["stack", "rm", "--yes", "--force", "--stack", restored], {
          cwd: projectFolder,
          env: stack.env,
        });
      }
      // It was not that stack's to remove.
      expect((await findSnapshot(second.docker, name)).images).toEqual(found.images);
    });

    it("is not exported over a file that is there, nor left half-written", async () => {
      const file = path.join(folder.path, "taken.tar");
      await writeFile(file, "mine");
      await expect(exportSnapshot(stack.docker, name, file, transfer)).rejects.toThrow(
        "taken.tar already exists; --force overwrites it",
      );
      const abort = new AbortController();
      const status = (): void => {
        abort.abort(new Error("stopped"));
      };
      const stopped = { signal: abort.signal, status, force: true };
      const names = await namesOn(stack.docker, name);
      await expect(exportSnapshot(stack.docker, name, file, stopped)).rejects.toThrow();
      expect(await readFile(file, "utf8")).toBe("mine");
      expect((await execa("ls", [folder.path])).stdout).not.toContain(".new");
      expect(await namesOn(stack.docker, name)).toEqual(names);
    });

    describe("by a registry", () => {
      let data: TempFolder;
      let here: RegistryServer;
      let there: RegistryServer;
      beforeAll(async () => {
        data = await tempFolder();
        const options = { folder: data.path, withLogin: true };
        // The same data behind both: each engine reaches its own loopback alone.
        here = await startRegistry(options);
        there = await startRegistry({ ...options, within: second.within });
      });
      afterAll(async () => {
        await here[Symbol.asyncDispose]();
        await there[Symbol.asyncDispose]();
        await data[Symbol.asyncDispose]();
      });

      /** What `docker login` leaves behind. */
      async function logIn(password = registryUser.password): Promise<void> {
        const auth = Buffer.from(`${registryUser.name}:${password}`).toString("base64");
        const auths = { [here.host]: { auth }, [there.host]: { auth } };
        await writeFile(path.join(data.path, "config.json"), JSON.stringify({ auths }));
        vi.stubEnv("DOCKER_CONFIG", data.path);
      }

      it("reaches the other engine whole", async () => {
        await logIn();
        const names = await namesOn(stack.docker, name);
        await pushSnapshot(stack.docker, name, `${here.host}/team/funded`, transfer);
        expect(await namesOn(stack.docker, name)).toEqual(names);
        const before = await namesOn(second.docker);
        const pulled = await pullSnapshot(second.docker, `${there.host}/team/funded`, transfer);
        expect(pulled.manifest).toEqual((await findSnapshot(stack.docker, name)).manifest);
        const added = Object.values(pulled.images).map(({ image, id }) => `${image} ${id}`);
        expect(await namesOn(second.docker)).toEqual([...before, ...added].toSorted());
      });

      it("has there what its services keep", { tags: ["long"] }, async () => {
        await logIn();
        const services = [shop(await shopBase(stack.docker))];
        const declared = await prepareSnapshot({ services });
        const ordered = `test-${randomBytes(4).toString("hex")}`;
        try {
          await using network = await cloneNetwork({ snapshot: declared });
          await ask(network.service("shop").url, "/order");
          await network.mine(2);
          await network.snapshot(ordered);
          await pushSnapshot(stack.docker, ordered, `${here.host}/team/shop`, transfer);
          await pullSnapshot(second.docker, `${there.host}/team/shop`, transfer);
          const inside = async (...args: string[]): Promise<string> => {
            const [program, ...before] = [...second.within, process.execPath];
            const env = { DOCKER_HOST: second.host, REGTEST_BASE_IMAGE: "none is needed" };
            return (await execa(program, [...before, ...args], { cwd: projectFolder, env })).stdout;
          };
          const starts = ["cli/main.ts", "clone", "--snapshot", ordered, "--json"];
          const clone = JSON.parse(await inside(...starts)) as RestoredClone;
          try {
            expect(clone.height).toBe(109);
            const url = `${clone.services.shop.urls.web}/orders`;
            const script = `console.log(await (await fetch(${JSON.stringify(url)})).text())`;
            expect(await inside("--input-type=module", "-e", script)).toBe("1");
          } finally {
            await inside("cli/main.ts", "release", clone.id);
          }
        } finally {
          for (const snapshot of [declared, ordered]) await removeByLabel(stack.docker, snapshot);
          await removeByLabel(second.docker, ordered);
        }
      });

      it("is neither pushed nor pulled without a login, and the registry's words are given", async () => {
        await logIn("wrong");
        const push = pushSnapshot(stack.docker, name, `${here.host}/team/secret`, transfer);
        await expect(push).rejects.toThrow(/unauthorized|authentication|no basic auth/);
        const pull = pullSnapshot(second.docker, `${there.host}/team/funded`, transfer);
        await expect(pull).rejects.toThrow(/unauthorized|authentication|no basic auth/);
      });

      it("leaves nothing behind when what was pushed is not one snapshot", async () => {
        await logIn();
        const repository = `${here.host}/team/mixed`;
        await pushSnapshot(stack.docker, name, repository, transfer);
        // Somebody pushes alice's image as the miner's.
        const { images } = await findSnapshot(stack.docker, name);
        const wrong = `${repository}:miner`;
        await tag(stack.docker, images["alice"]?.id ?? "", wrong);
        await execa("docker", ["push", wrong], { env: { DOCKER_CONFIG: data.path } });
        await stack.docker.getImage(wrong).remove();

        const before = await namesOn(second.docker);
        await expect(
          pullSnapshot(second.docker, `${there.host}/team/mixed`, transfer),
        ).rejects.toThrow("has several images of alice");
        expect(await namesOn(second.docker)).toEqual(before);
      });

      it("is not looked for where no registry has it", async () => {
        await logIn();
        await expect(
          pullSnapshot(second.docker, `${there.host}/team/none`, transfer),
        ).rejects.toThrow(/not found|unknown/);
        await expect(pullSnapshot(second.docker, "team/funded:1", transfer)).rejects.toThrow(
          "give one without a tag",
        );
      });
    });
  });

  describe("an archive", () => {
    const name = "made";
    afterEach(async () => {
      await removeByLabel(second.docker, name);
    });

    it("that is not to be trusted loads nothing", async () => {
      const [alice, miner] = await madeSnapshot(name, "first");
      const [, other] = await madeSnapshot(name, "second");
      if (alice === undefined || miner === undefined || other === undefined) throw new Error();
      const whole = await readFile(await fileOf([alice, miner], "whole.tar"));
      const cut = path.join(folder.path, "cut.tar");
      await writeFile(cut, whole.subarray(0, whole.length / 2));
      const swapped = [
        { ...alice, reference: miner.reference },
        { ...miner, reference: alice.reference },
      ];
      const before = await namesOn(second.docker);
      for (const [file, message] of [
        [cut, "not a complete archive"],
        [await fileOf(swapped, "swapped.tar"), "it was swapped"],
        [await fileOf([alice], "missing.tar"), "has no image of miner"],
        [await fileOf([alice, other], "mixed.tar"), "has images of several snapshots"],
      ] as const) {
        await expect(importSnapshot(second.docker, file, transfer)).rejects.toThrow(message);
        expect(await namesOn(second.docker)).toEqual(before);
      }
    });

    it("replaces another snapshot of its name only when told to, and wholly", async () => {
      const first = await fileOf(await madeSnapshot(name, "first", ["alice", "bob"]), "1.tar");
      const next = await fileOf(await madeSnapshot(name, "second"), "2.tar");
      await importSnapshot(second.docker, first, transfer);
      const before = await namesOn(second.docker);
      // Once more is nothing new.
      await importSnapshot(second.docker, first, transfer);
      expect(await namesOn(second.docker)).toEqual(before);

      await expect(importSnapshot(second.docker, next, transfer)).rejects.toThrow(
        /there is another snapshot "made".*--force replaces it/,
      );
      expect(await namesOn(second.docker)).toEqual(before);

      const { images } = await importSnapshot(second.docker, next, { ...transfer, force: true });
      expect(Object.keys(images).toSorted()).toEqual(["alice", "miner"]);
      const left = await second.docker.listImages({
        filters: labelFilter({ [label.snapshot]: name }),
      });
      expect(left).toHaveLength(2);
    });

    it("that changes after it was checked leaves what was there, with all its nodes", async () => {
      const first = await madeSnapshot(name, "first", ["alice", "bob"]);
      await importSnapshot(second.docker, await fileOf(first, "1.tar"), transfer);
      const before = await namesOn(second.docker);
      const next = await fileOf(await madeSnapshot(name, "second"), "2.tar");
      const [alice] = await madeSnapshot(name, "third");
      const bring = async (): Promise<void> => {
        const other = await tarOf(savedFiles(alice === undefined ? [] : [alice], "classic"));
        await text(await second.docker.loadImage(Readable.from([other])));
      };
      const incoming = checkIncoming(await readArchive(next, transfer.signal), snapshotReference);
      await expect(placeSnapshot(second.docker, incoming, { force: true }, bring)).rejects.toThrow(
        "is not the one that was loaded",
      );
      expect(await namesOn(second.docker)).toEqual(before);
    });

    it("does not come beside a stack's own snapshot of its name", async () => {
      const images = await madeSnapshot(name, "first");
      await importSnapshot(second.docker, await fileOf(images, "own.tar"), transfer);
      for (const { reference, labels } of images) {
        await tag(second.docker, reference, `${labels[label.node] ?? ""}:latest`);
        await second.docker.getImage(reference).remove();
      }
      const before = await namesOn(second.docker);
      const other = await fileOf(await madeSnapshot(name, "second"), "other.tar");
      await expect(
        importSnapshot(second.docker, other, { ...transfer, force: true }),
      ).rejects.toThrow('another snapshot "made" exists, alice:latest of stack elsewhere');
      expect(await namesOn(second.docker)).toEqual(before);
    });

    it("whose loading is interrupted leaves the snapshot that was there", async () => {
      await importSnapshot(
        second.docker,
        await fileOf(await madeSnapshot(name, "first"), "1.tar"),
        transfer,
      );
      const before = await namesOn(second.docker);
      const next = await fileOf(await madeSnapshot(name, "second"), "2.tar");
      const abort = new AbortController();
      // At its begin and at its end, when the engine has all of it.
      let told = 0;
      const status = (message: string): void => {
        if (message.startsWith("load the images: ") && ++told === 2)
          abort.abort(new Error("stopped"));
      };
      const stopped = { signal: abort.signal, status, force: true };
      await expect(importSnapshot(second.docker, next, stopped)).rejects.toThrow();
      expect(await namesOn(second.docker)).toEqual(before);
    });
  });
});
