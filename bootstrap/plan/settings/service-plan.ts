/** A service as it is declared: its defaults filled in, and whom it follows. */
import { placeholdersIn } from "../../services/template.ts";
import type { ServiceDeclaration, ServicePort } from "../../services/service.ts";
import { freePort } from "./node-schema.ts";
import type { GivenService } from "./service-schema.ts";

export interface ServicePlan extends ServiceDeclaration {
  readonly image: GivenService["image"] | OwnImage;
  /** Its config key, for messages. Left out: it is one of the list `services`. */
  readonly key?: string | undefined;
}

/** An image that this package brings: that of images/ with this name. */
export interface OwnImage {
  readonly own: "explorer";
}

/** @param timeout Seconds that its start may take where it says nothing of that. */
export function servicePlan(service: Omit<GivenService, "host">, timeout: number): ServicePlan {
  const { ports, startTimeout = timeout } = service;
  return {
    ...service,
    startTimeout,
    follows: followsOf(service),
    ports: Object.entries(ports).map(([name, { container, scheme, host }]): ServicePort => ({
      ...{ name, container, scheme },
      ...(host !== freePort && { host }),
    })),
  };
}

/** Those that it says it follows, and those that its templates name. */
export function followsOf({
  name,
  follows,
  command,
  environment,
  files,
}: Pick<GivenService, "name" | "follows" | "command" | "environment" | "files">): string[] {
  // Not what runs after its start: that may reach others that start after it, as two do that connect to each other.
  const texts = [...command, ...Object.values(environment), ...Object.values(files)];
  const named = texts
    .flatMap(placeholdersIn)
    .filter((placeholder) => placeholder.includes("."))
    .map((placeholder) => placeholder.slice(0, placeholder.indexOf(".")));
  return [...new Set([...follows, ...named])].filter((followed) => followed !== name);
}
