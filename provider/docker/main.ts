/** The stand-in for the plugin of @pulumi/docker: the resources that this project uses, behaving as the official ones. */
import type Docker from "dockerode";

import { serve } from "../server/server.ts";
import { configuredEngine } from "./configuration.ts";
import { containerHandler } from "./container.ts";
import { networkHandler } from "./network.ts";
import { remoteImageHandler } from "./remote-image.ts";
import { serviceHandler } from "./service.ts";
import { version } from "./version.ts";
import { volumeHandler } from "./volume.ts";

let docker: Docker | undefined;

function engine(): Docker {
  if (docker === undefined) throw new Error("the Docker provider is used before it is configured");
  return docker;
}

await serve({
  name: "docker",
  version,
  resources: {
    "docker:index/container:Container": containerHandler(engine),
    "docker:index/remoteImage:RemoteImage": remoteImageHandler(engine),
    "docker:index/network:Network": networkHandler(engine),
    "docker:index/service:Service": serviceHandler(engine),
    "docker:index/volume:Volume": volumeHandler(engine),
  },
  configure: async (config) => {
    docker = await configuredEngine(config);
  },
});
