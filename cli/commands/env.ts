import { verb } from "../shared/verb.ts";

interface EnvOptions {
  readonly export?: boolean;
  readonly internal?: boolean;
}

export const register = verb<EnvOptions>({
  name: "env",
  description: "lines for a shell or an .env file: where the nodes are, user and password in clear",
  declare: (command) =>
    command
      .option("--export", "begin each line with export, for eval")
      .option("--internal", "addresses for containers on the Docker network, and its name"),
  run: async (network, _, { export: exported = false, internal = false }) => {
    const { assignment, fromInside, variables } = await import("../text/variables.ts");
    const { inputs, network: dockerNetwork } = network.parts;
    const nodes = await network.look((run) =>
      Promise.resolve(
        run.nodes.map(({ name, rpc, ports }) => ({ name, endpoint: rpc.url, ports })),
      ),
    );
    const env = internal
      ? { DOCKER_NETWORK: dockerNetwork, ...variables({ ...inputs, nodes: nodes.map(fromInside) }) }
      : variables({ ...inputs, nodes });
    const begin = exported ? "export " : "";
    const lines = Object.entries(env).map((entry) => `${begin}${assignment(...entry)}\n`);
    return { text: lines.join(""), values: { env } };
  },
});
