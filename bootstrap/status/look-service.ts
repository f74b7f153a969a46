import type Docker from "dockerode";

import { hostSilence } from "../../engine/fleet.ts";
import { byHand, type DriftLine, fixable } from "../chain/drift.ts";
import { servicesNotUp } from "../services/through.ts";
import { crashes } from "./look-node.ts";
import type { DeclaredService, ServiceStatus } from "./report.ts";

/** @param listed its container, as the engine lists it */
export async function lookAtService(
  docker: Docker,
  { spec, ...service }: DeclaredService,
  { state, id }: { readonly state: string; readonly id: string | undefined },
): Promise<{ readonly status: ServiceStatus; readonly drift: readonly DriftLine[] }> {
  const { name } = service;
  const silence = hostSilence(docker, service.host);
  if (silence !== undefined) {
    const drift = [byHand(`${name}: ${silence}`)];
    return { status: { ...service, state: "unknown", up: false }, drift };
  }
  const found =
    id === undefined
      ? undefined
      : await docker
          .getContainer(id)
          .inspect()
          .catch(() => undefined);
  const down =
    id === undefined || spec === undefined
      ? [`${name}: ${id === undefined ? "its container is gone" : "it has not been started yet"}`]
      : await servicesNotUp(docker, [{ ...spec, containerId: id }]);
  return {
    status: { ...service, state, up: down.length === 0 },
    drift: [...down.map(fixable), ...crashes(name, found)],
  };
}
