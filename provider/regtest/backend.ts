/** The backend in which the Pulumi CLI keeps stacks. */
import { homedir, userInfo } from "node:os";
import path from "node:path";
import { unescape } from "node:querystring";

import { readRecord } from "../../base/files/files.ts";
import { projectBackend } from "./pulumi-file.ts";

const scheme = "file://";

/**
 * The folder of the backend that the CLI takes: of `PULUMI_BACKEND_URL`, of Pulumi.yaml, or that of `pulumi login`.
 * Undefined where it is a service, or nothing names one.
 * @param env the CLI's own
 * @param pulumiYaml text of the project's file; undefined where there is none
 * @param folder where the CLI runs, and a relative backend begins
 */
export async function backendFolder(
  env: NodeJS.ProcessEnv,
  pulumiYaml: string | undefined,
  folder: string,
): Promise<string | undefined> {
  const url =
    env["PULUMI_BACKEND_URL"] || (projectBackend(pulumiYaml ?? "") ?? (await loggedIn(env)));
  return url?.startsWith(scheme) === true ? folderOf(url, folder) : undefined;
}

/** As Pulumi's `massageBlobPath` has it: the absolute path is taken for that of a URL, with whatever is in it. */
function folderOf(url: string, folder: string): string {
  const [given = ""] = url.slice(scheme.length).split("?", 1);
  const named = given.startsWith("~") ? path.join(home(), given.slice(2)) : given;
  const [whole = ""] = path.resolve(folder, named).split(/[?#]/, 1);
  return unescape(whole);
}

/** Where `pulumi login` notes the backend. */
export function credentialsFile(env: NodeJS.ProcessEnv): string {
  const folder =
    env["PULUMI_CREDENTIALS_PATH"] || env["PULUMI_HOME"] || path.join(home(), ".pulumi");
  return path.join(folder, "credentials.json");
}

async function loggedIn(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { current } = (await readRecord(credentialsFile(env))) ?? {};
  return typeof current === "string" ? current : undefined;
}

/** As Pulumi finds it: of the system's users, and `HOME` only where this one is none of them. */
function home(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}
