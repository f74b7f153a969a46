import { verb } from "../shared/verb.ts";

interface EnvOptions {
  readonly export?: boolean;
}

export const register = verb<EnvOptions>({
  name: "env",
  description: "lines for a shell or an .env file: where the nodes are, user and password in clear",
  declare: (command) => command.option("--export", "begin each line with export, for eval"),
  run: async (network, _, { export: exported = false }) => {
    const { assignment, variables } = await import("../text/variables.ts");
    const nodes = await network.look((run) =>
      Promise.resolve(
        run.nodes.map(({ name, rpc, ports }) => ({ name, endpoint: rpc.url, ports })),
      ),
    );
    const env = variables({ ...network.parts.inputs, nodes });
    const begin = exported ? "export " : "";
    const lines = Object.entries(env).map((entry) => `${begin}${assignment(...entry)}\n`);
    return { text: lines.join(""), values: { env } };
  },
});
