/**
 * What must differ where the official Docker plugin is at hand: `REGTEST_DOCKER_PLUGIN=official npm test`. The
 * table of the stand-in's page has each of it. Anything else that fails there is a fault.
 */
import { beforeEach } from "vitest";

/** Test's name → why it holds for the stand-in alone. */
const standInOnly: Readonly<Record<string, string>> = {
  "a privileged one, one that removes itself, and volumes of another":
    "readOnly of a volume with fromContainer has no effect",
  "a container that was made by hand can be imported where the program has neither envs nor labels":
    "an import is refused: neither envs nor ports are read",
  "is built as told, and shows its progress": "a build shows nothing while it runs",
  "whose build fails tells the last lines of its output; the fixed one is built":
    "a failed build tells an exit code alone",
  "whose context or Dockerfile is missing says which": "it speaks of neither, in other words",
  "a container that does not become healthy tells its log, and is taken up again":
    "the error has no log",
  "Ctrl-C ends the waiting, and leaves the container in state": "a cancel is ignored",
  "that does not come up says why, and is not left": "the error does not say why",
  "an engine that is gone in mid-operation": "the error is the client's own",
  "shows the build's own last lines when the base image has no packages":
    "a failed build tells an exit code alone",
  "shows the build's own last lines when the base image has no apt":
    "a failed build tells an exit code alone",
  "is told when the image has none, or is not there, and no node is made":
    "a failed build tells an exit code alone",
  "properties that are refused, and a docker context that does not exist":
    "it serves what the stand-in refuses",
};

/** Whether the official plugin is asked for. */
export const onOfficialPlugin = process.env["REGTEST_DOCKER_PLUGIN"] === "official";

/** Why what a test of this name asserts does not hold here; undefined: it does. */
export function whyNotHere(name: string): string | undefined {
  return onOfficialPlugin ? standInOnly[name] : undefined;
}

beforeEach(({ task, skip }) => {
  const reason = whyNotHere(task.name);
  if (reason !== undefined) skip(`the official plugin: ${reason}`);
});
