/** The files that a build is given, as the docker CLI packs them. */
import { readFile, readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { Readable } from "node:stream";
import { dirname, join, normalize, relative, resolve, sep } from "node:path";

import dockerignore from "@balena/dockerignore";
import tarFs from "tar-fs";

/** The module is the function itself; its types speak of a default export. */
const ignoreRules = dockerignore as unknown as typeof dockerignore.default;

export interface BuildContext {
  /** The folder's absolute path. */
  readonly folder: string;
  /** The Dockerfile's path in the folder. */
  readonly dockerfile: string;
}

/**
 * Where a build's files are. A relative context begins at the program's folder, which is the plugin's own.
 * @throws Error that names what is missing; also where the official plugin would take another Dockerfile: it looks for
 * `dockerfile` in the program's folder before it looks in the context.
 */
export async function buildContext(
  { context, dockerfile = "Dockerfile" }: { context: string; dockerfile?: string | undefined },
  programFolder: string = process.cwd(),
): Promise<BuildContext> {
  const folder = resolve(programFolder, context.replace(/^~(?=\/|$)/, homedir()));
  if (!(await isThere(folder, "directory"))) {
    throw new Error(`the build context ${folder} is not a folder`);
  }
  const inContext = resolve(folder, dockerfile);
  if (!inContext.startsWith(folder + sep)) {
    throw new Error(`the Dockerfile ${inContext} is outside of its build context ${folder}`);
  }
  if (!(await isThere(inContext, "file"))) throw new Error(`there is no Dockerfile ${inContext}`);
  const inProgram = resolve(programFolder, dockerfile);
  if (inProgram !== inContext && (await isThere(inProgram, "file"))) {
    throw new Error(
      `${inContext} and ${inProgram} are both there, and the official Docker plugin would build the second: ` +
        "rename one of them",
    );
  }
  return { folder, dockerfile: normalize(relative(folder, inContext)).split(sep).join("/") };
}

/**
 * The context as a tar stream, without what `.dockerignore` names. All files belong to root, so that who builds does not
 * show in the image.
 */
export async function contextArchive({ folder, dockerfile }: BuildContext): Promise<Readable> {
  const kept = await keptPaths(folder, dockerfile);
  const archive = tarFs.pack(folder, {
    ignore: (path) => !kept.has(relative(folder, path)),
    map: (header) => ({ ...header, uid: 0, gid: 0 }),
    sort: true,
    // The client's types leave it out: modes as they are, whatever the umask of this process.
    umask: 0,
  } as tarFs.PackOptions);
  return Readable.from(archive);
}

/** Files that are not ignored, and the folders on the way to them. The engine needs the two special ones in any case. */
async function keptPaths(folder: string, dockerfile: string): Promise<ReadonlySet<string>> {
  const rules = await readFile(join(folder, ".dockerignore"), "utf8").catch(ifMissing(""));
  const ignore = ignoreRules({ ignorecase: false }).add(rules);
  const special = new Set([dockerfile, ".dockerignore"]);
  const kept = new Set<string>([""]);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (ignore.ignores(path) && !special.has(path)) continue;
    for (let at = path; !kept.has(at) && at !== "."; at = dirname(at)) kept.add(at);
  }
  return kept;
}

async function isThere(path: string, kind: "file" | "directory"): Promise<boolean> {
  const found = await stat(path).catch(ifMissing(undefined));
  return kind === "file" ? found?.isFile() === true : found?.isDirectory() === true;
}

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return value;
    throw error;
  };
}
