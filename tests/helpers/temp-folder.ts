import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder that is gone with all its content when it is disposed of. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes files, by their paths in it, and the folders that they are in. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
}

export async function tempFolder(): Promise<TempFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "regtest-network test "));
  return {
    path: folder,
    write: async (files) => {
      for (const [name, text] of Object.entries(files)) {
        const file = path.join(folder, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
