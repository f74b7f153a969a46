import type Docker from "dockerode";

import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { rpcAuth } from "../../bootstrap/keys/rpcauth.ts";
import { stackLabels } from "../../engine/labels.ts";
import { createSmallNetwork } from "../../engine/small-network.ts";

/** The engine's own calls and nothing else, until bitcoind answers. */
export async function startBare(
  docker: Docker,
  images: readonly string[],
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const [user, password] = ["user", "bench"];
  const Cmd = [`-rpcauth=${rpcAuth(user, password)}`];
  // Of the engine's own subnets there are some thirty.
  const labels = stackLabels(id, id, "network");
  await createSmallNetwork(docker, { name: id, labels, hosts: images.length, signal });
  await Promise.all(
    images.map(async (image) => {
      const container = await docker.createContainer({
        Image: image,
        Cmd,
        Labels: stackLabels(id, id, "node"),
        HostConfig: { PortBindings: { "18332/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
        NetworkingConfig: { EndpointsConfig: { [id]: {} } },
      });
      await container.start();
      const { NetworkSettings } = await container.inspect();
      const port = NetworkSettings.Ports["18332/tcp"]?.[0]?.HostPort ?? "";
      await using rpc = new RpcClient({ url: `http://127.0.0.1:${port}`, user, password, signal });
      await rpc.call("getblockcount");
    }),
  );
}
