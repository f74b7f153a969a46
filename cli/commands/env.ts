import { verb } from "../shared/verb.ts";

interface EnvOptions {
  readonly export?: boolean;
  readonly internal?: boolean;
}

export const register = verb<EnvOptions>({
  name: "env",
  description:
    "print variables for a shell or an .env file: addresses, user, and password in clear text",
  declare: (command) =>
    command
      .option("--export", "begin each line with export, for eval")
      .option("--internal", "addresses for containers on the Docker network, and its name"),
  run: async (network, _, { export: exported = false, internal = false }) => {
    const { assignment, fromInside, variables } = await import("../text/variables.ts");
    const { openServices } = await import("../../bootstrap/services/network-service.ts");
    const { docker, inputs, network: dockerNetwork } = network.parts;
    const services = Object.values(await openServices(docker, inputs.services)).map((service) => ({
      name: service.name,
      ports: internal ? service.internalUrls : service.urls,
    }));
    const nodes = await network.look((run) =>
      Promise.resolve(
        run.nodes.map(({ name, rpc, ports }) => ({ name, endpoint: rpc.url, ports })),
      ),
    );
    const all = variables({ ...inputs, nodes: internal ? nodes.map(fromInside) : nodes, services });
    const env = internal ? { DOCKER_NETWORK: dockerNetwork, ...all } : all;
    const begin = exported ? "export " : "";
    const lines = Object.entries(env).map((entry) => `${begin}${assignment(...entry)}\n`);
    return { text: lines.join(""), values: { env } };
  },
});
