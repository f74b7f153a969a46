/** A small image for many engines: a shell and Perl, 12 MB where the base image has ten times as much. */
import { randomBytes } from "node:crypto";

import { execa } from "execa";

import { baseImage } from "./docker-stack.ts";

export interface SmallImage extends AsyncDisposable {
  /** Its name on the tests' own engine. */
  readonly name: string;
}

const programs = ["sh", "sleep", "perl", "getent"].map((name) => `/usr/bin/${name}`).join(" ");

/** Programs, what they are linked with, and Perl's own modules, none of them as a link. */
const files = `
  libraries=$(ldd ${programs} | grep -o '/[^ :]* ' | sort -u)
  exec tar --dereference --create --absolute-names ${programs} $libraries /usr/lib/*/perl-base`;

/** Made of the base image's files. The image is gone in the end. */
export async function smallImage(): Promise<SmallImage> {
  const name = `regtest-network-test/small:${randomBytes(4).toString("hex")}`;
  const run = ["run", "--rm", "--network", "none", baseImage, "sh", "-c", files];
  const { stdout: archive } = await execa("docker", run, { encoding: "buffer" });
  await execa("docker", ["import", "-", name], { input: archive });
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await execa("docker", ["rmi", name]);
    },
  };
}
