import type Docker from "dockerode";

import { unlessStatus } from "./errors.ts";
import { label, labelFilter } from "./labels.ts";

/** Somebody has removed it, or builds with it at this moment. */
const unlessTaken = unlessStatus(404, 409);

/** Removes the intermediate images of the image's build, unless another stack would build with them. */
export async function removeBuildCache(docker: Docker): Promise<void> {
  const inUse = await docker.listImages({ filters: labelFilter({ [label.kind]: "image" }) });
  if (inUse.length > 0) return;
  const filters = labelFilter({ [label.kind]: "build-cache" });
  // An interrupted build leaves the container that it was working in.
  const stopped = { ...filters, status: ["created", "exited"] };
  for (const { Id } of await docker.listContainers({ all: true, filters: stopped })) {
    await docker.getContainer(Id).remove({ force: true }).catch(unlessTaken);
  }
  const dangling = { ...filters, dangling: ["true"] };
  for (const { Id } of await docker.listImages({ filters: dangling })) {
    await docker.getImage(Id).remove().catch(unlessTaken);
  }
}
