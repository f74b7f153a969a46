/** What ends with its reader, as a pipeline does. */
import { execa } from "execa";
import { expect, it } from "vitest";

import { projectFolder } from "../../../../base/files/paths.ts";

/** Runs a program in a container that writes for ever, and tells on fd 3 how many run at the end. */
const program = `
  import { writeSync } from "node:fs";
  import { endWithReader, untilInterrupted } from "./cli/shared/ending.ts";
  import { runInContainer } from "./engine/exec-terminal.ts";
  import { localContainer } from "./tests/helpers/local-container.ts";
  const { container, running } = localContainer({ path: process.env.PATH });
  const forever = ["sh", "-c", "while echo line >&" + process.argv[1] + "; do sleep 0.05; done"];
  await untilInterrupted(async () => {
    const signal = endWithReader(new AbortController().signal);
    await runInContainer(container, forever, { stdin: false, signal });
  });
  process.on("exit", (code) => writeSync(3, code + " " + running()));
`;

it.each([
  ["stdout", "1"],
  ["stderr", "2"],
])(
  "when nobody reads its %s any more, a program in a container ends, which is no error",
  async (_name, fd) => {
    const shell = '{ "$@" 2>&1 | head -n 1; } 3>&1 >&2 | cat';
    const command = [process.execPath, "--input-type=module", "--eval", program, fd];
    const { stdout, stderr } = await execa("sh", ["-c", shell, "sh", ...command], {
      cwd: projectFolder,
    });
    expect(stdout).toBe("0 0");
    expect(stderr).toBe("line");
  },
);
