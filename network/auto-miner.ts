import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { autoMinerName } from "../bootstrap/plan/settings/auto-miner-name.ts";
import { labelList } from "./label-list.ts";

export interface AutoMinerArgs {
  /** Name of the container. */
  readonly container: string;
  /** Id of an image with images/bitcoind/auto-mine.sh in it. */
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  /** Seconds between two blocks. */
  readonly seconds: number;
  /** Name of the node that it is connected to. */
  readonly peer: string;
  /** Where the coinbases go. */
  readonly address: pulumi.Input<string>;
  /** Height of the declared chain: below it nothing is mined. */
  readonly height: pulumi.Input<number>;
  /** Seconds since 1970 at which the network's clocks stand still. Left out: they show the present. */
  readonly mockTime?: number | undefined;
  readonly labels: pulumi.Input<Record<string, string>>;
}

/** The auto-miner, a further peer of the network without password, wallet or published port. */
export class AutoMiner extends pulumi.ComponentResource {
  /** @param resource name of the resource */
  constructor(resource: string, args: AutoMinerArgs, options?: pulumi.ComponentResourceOptions) {
    super("regtest:index:AutoMiner", resource, {}, options);
    const { mockTime } = args;
    new docker.Container(
      resource,
      {
        name: args.container,
        hostname: autoMinerName,
        image: args.image,
        entrypoints: ["/auto-mine.sh"],
        command: [
          String(args.seconds),
          args.address,
          pulumi.interpolate`${args.height}`,
          `-uacomment=${autoMinerName}`,
          `-connect=${args.peer}`,
          ...(mockTime === undefined ? [] : [`-mocktime=${mockTime}`]),
        ],
        networksAdvanced: [{ name: args.network }],
        labels: labelList(args.labels),
        restart: "unless-stopped",
        // Nothing of it is kept.
        readOnly: true,
        tmpfs: { "/tmp": "" },
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
        logDriver: "json-file",
        logOpts: { "max-size": "1m", "max-file": "2" },
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.registerOutputs();
  }
}
