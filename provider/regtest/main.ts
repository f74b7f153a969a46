/** The provider plugin `regtest`: the resources that Pulumi has no provider for. */
import { servicesHandler } from "./services-handler.ts";
import { serviceStateHandler } from "./service-state-handler.ts";
import { serve } from "../server/server.ts";
import { bootstrapHandler } from "./bootstrap-handler.ts";
import { claimHandler } from "./claim-handler.ts";
import { coreReleaseHandler } from "./core-release-handler.ts";
import { hostImageHandler } from "./host-image-handler.ts";
import { freshBlockHandler } from "./fresh-block-handler.ts";
import { resourceSchemas } from "./resource-schemas.ts";
import { snapshotHandler } from "./snapshot-handler.ts";
import { sourceHandler } from "./source-handler.ts";

await serve({
  name: "regtest",
  version: "0.1.0",
  schema: resourceSchemas,
  resources: {
    "regtest:index:Claim": claimHandler,
    "regtest:index:Bootstrap": bootstrapHandler,
    "regtest:index:Snapshot": snapshotHandler,
    "regtest:index:FreshBlock": freshBlockHandler,
    "regtest:index:Services": servicesHandler,
    "regtest:index:ServiceState": serviceStateHandler,
    "regtest:index:Source": sourceHandler,
    "regtest:index:CoreRelease": coreReleaseHandler,
    "regtest:index:HostImage": hostImageHandler,
  },
});
