import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { downloadVerified, findChecksum, unpack } from "../../../../base/files/download.ts";
import {
  archiveOf,
  checksumLine,
  serveRelease,
  type Served,
} from "../../../helpers/release-server.ts";
import { unusedPort } from "../../../helpers/stub-server.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

const content = Buffer.from("what a release is made of");
const good = checksumLine(content, "thing.tar.gz");

/** Downloads thing.tar.gz from a server with these files; returns what is in the folder afterwards, or throws. */
async function download(
  files: Record<string, Served>,
  options: Parameters<typeof downloadVerified>[4] = {},
): Promise<string[]> {
  await using server = await serveRelease(files);
  await using folder = await tempFolder();
  const file = path.join(folder.path, "sub", "thing");
  try {
    await downloadVerified(server.base, "thing.tar.gz", "sums.txt", file, options);
  } catch (error) {
    // Whatever went wrong, nothing may be left that looks like a download.
    expect(await readdir(path.dirname(file)).catch(() => [])).toEqual([]);
    throw error;
  }
  expect(await readFile(file)).toEqual(content);
  return await readdir(path.dirname(file));
}

describe("an archive", () => {
  test("is kept when it matches the checksums file", async () => {
    await expect(download({ "thing.tar.gz": content, "sums.txt": good })).resolves.toEqual([
      "thing",
    ]);
  });

  test("is counted while it comes, next to what the server says it has", async () => {
    const told: unknown[] = [];
    const count = (amount: unknown): number => told.push(amount);
    await download({ "thing.tar.gz": content, "sums.txt": good }, { count });
    const whole = content.length / 1e6;
    expect(told.at(-1)).toEqual({ done: whole, of: whole, unit: "MB" });
  });

  test("is kept by a checksum of another kind", async () => {
    const sums = checksumLine(content, "./thing.tar.gz", "sha1");
    await expect(download({ "thing.tar.gz": content, "sums.txt": sums })).resolves.toEqual([
      "thing",
    ]);
  });

  test("that is corrupt is thrown away", async () => {
    const files = { "thing.tar.gz": "something else", "sums.txt": good };
    await expect(download(files)).rejects.toMatchObject({
      name: "DownloadError",
      reason: "corrupt",
      message: expect.stringMatching(
        /thing\.tar\.gz has the sha256 [0-9a-f]{64}, but .*sums\.txt says [0-9a-f]{64}$/,
      ) as unknown,
    });
  });

  test("that is missing is told apart from a server that is not there", async () => {
    await expect(download({ "sums.txt": good })).rejects.toMatchObject({
      reason: "missing",
      message: expect.stringMatching(/thing\.tar\.gz answers HTTP 404$/) as unknown,
    });
    await using folder = await tempFolder();
    const base = new URL(`http://127.0.0.1:${await unusedPort()}/`);
    await expect(
      downloadVerified(base, "thing.tar.gz", "sums.txt", path.join(folder.path, "thing")),
    ).rejects.toMatchObject({
      reason: "unreachable",
      message: expect.stringContaining("ECONNREFUSED") as unknown,
    });
  });

  test("is not asked for when its checksum is missing", async () => {
    await using server = await serveRelease({
      "thing.tar.gz": content,
      "sums.txt": checksumLine(content, "another.tar.gz"),
    });
    await using folder = await tempFolder();
    await expect(
      downloadVerified(server.base, "thing.tar.gz", "sums.txt", path.join(folder.path, "thing")),
    ).rejects.toMatchObject({ reason: "corrupt" });
    expect(server.requests).toEqual(["sums.txt"]);
  });

  test("that ends early is thrown away", async () => {
    const cut: Served = (response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 5), () => response.destroy());
    };
    await expect(download({ "thing.tar.gz": cut, "sums.txt": good })).rejects.toMatchObject({
      reason: "unreachable",
    });
  });

  test("may come by way of a redirect", async () => {
    const redirect: Served = (response) => {
      response.writeHead(302, { location: "/release/elsewhere" }).end();
    };
    const files = { "thing.tar.gz": redirect, elsewhere: content, "sums.txt": good };
    await expect(download(files)).resolves.toEqual(["thing"]);
  });
});

describe("a server that hangs", () => {
  const never: Served = () => undefined;
  const stuck: Served = (response) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 5));
  };

  test.for([
    ["before it answers", never],
    ["in the middle of its answer", stuck],
  ] as const)("%s is given up after the limit", async ([, served]) => {
    const files = { "thing.tar.gz": served, "sums.txt": good };
    await expect(download(files, { idleLimitMs: 100 })).rejects.toMatchObject({
      reason: "unreachable",
      message: expect.stringMatching(/thing\.tar\.gz: .*timeout/i) as unknown,
    });
  });

  test("is left at once when the caller stops", async () => {
    const stop = new AbortController();
    const asked: Served = () => {
      stop.abort(new Error("stopped"));
    };
    const files = { "thing.tar.gz": asked, "sums.txt": good };
    await expect(download(files, { signal: stop.signal })).rejects.toThrow("stopped");
  });
});

test("credentials in a URL are sent and not told", async () => {
  await using server = await serveRelease({});
  await using folder = await tempFolder();
  const base = new URL(server.base);
  base.username = "someone";
  base.password = "hid%40den";
  const failure = downloadVerified(base, "a", "sums.txt", path.join(folder.path, "a"));
  await expect(failure).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:\d+\/release\/sums\.txt answers HTTP 404$/,
  );
  expect(server.requests).toEqual(["sums.txt"]);
  expect(server.authorizations).toEqual([
    `Basic ${Buffer.from("someone:hid@den").toString("base64")}`,
  ]);
});

test.for([
  ["the plain form", `${"a".repeat(64)}  name.tgz`, "sha256"],
  ["the binary form", `${"A".repeat(64)} *name.tgz\r`, "sha256"],
  ["a path", `${"a".repeat(40)}  ./name.tgz`, "sha1"],
  ["another line first", `${"b".repeat(64)}  name.tgz.sig\n${"a".repeat(128)}  name.tgz`, "sha512"],
] as const)("a checksum is found in %s", ([, text, algorithm]) => {
  const digest = "a".repeat(algorithm === "sha1" ? 40 : algorithm === "sha256" ? 64 : 128);
  expect(findChecksum(text, "name.tgz")).toEqual({ algorithm, digest });
});

test.for([
  ["of another file", `${"a".repeat(64)}  other-name.tgz`],
  ["of unknown length", `${"a".repeat(63)}  name.tgz`],
  ["that is a web page", "<html>Welcome to the hotel's network</html>"],
] as const)("a checksum %s is none", ([, text]) => {
  expect(findChecksum(text, "name.tgz")).toBeUndefined();
});

test("unpacking leaves out the top folder, keeps programs executable, and stays in its folder", async () => {
  await using folder = await tempFolder();
  const archive = path.join(folder.path, "a.tgz");
  const target = path.join(folder.path, "deep", "target");
  await mkdir(target, { recursive: true });
  const files = { "pulumi/pulumi": "one", "pulumi/../../escaped": "two" };
  await writeFile(archive, await archiveOf(files));
  await unpack(archive, target).catch(() => undefined);
  expect(await readFile(path.join(target, "pulumi"), "utf8")).toBe("one");
  expect((await stat(path.join(target, "pulumi"))).mode & 0o111).toBe(0o111);
  await expect(stat(path.join(folder.path, "escaped"))).rejects.toMatchObject({ code: "ENOENT" });
  await expect(stat(path.join(folder.path, "deep", "escaped"))).rejects.toMatchObject({
    code: "ENOENT",
  });
});
