/** What a service's container is, whoever makes it: a stack by Pulumi, or the test kit by the engine's API. */
import path from "node:path";

import type { ServiceDeclaration } from "./service.ts";
import { render, type TemplateValues } from "./template.ts";

export interface ServiceContainer {
  /** Its name on the network too. */
  readonly hostname: string;
  readonly entrypoint: readonly string[] | undefined;
  /** Undefined: that of its image. */
  readonly command: readonly string[] | undefined;
  /** `NAME=VALUE` each, sorted. */
  readonly environment: readonly string[];
}

/** @param values what placeholders stand for, those with credentials for the environment included */
export function serviceContainer(
  { name, entrypoint, command, environment }: ServiceDeclaration,
  values: TemplateValues,
): ServiceContainer {
  const rendered = (texts: readonly string[]): string[] =>
    texts.map((text) => render(text, values));
  return {
    hostname: name,
    entrypoint,
    command: command.length === 0 ? undefined : rendered(command),
    environment: Object.entries(environment)
      .map(([name, value]) => `${name}=${render(value, values)}`)
      .toSorted(),
  };
}

/** Of every service's container. What a program of others needs of its own machine nobody knows: it keeps the engine's defaults but for this. */
export const serviceConfinement = {
  securityOptions: ["no-new-privileges"],
  logDriver: "json-file",
  /** A service that floods its log takes no more than this. */
  logOptions: { "max-size": "10m", "max-file": "2" },
};

/** Of a service's container that is confined, as a node's is. */
export const confinedService = { capabilityDrops: ["ALL"], tmpfs: { "/tmp": "" } };

/** Folder in a service's container for what this project notes there. */
export const notesFolder = "/regtest-network";

type Confined = Pick<ServiceDeclaration, "confined" | "files" | "state">;

/**
 * Folders of a confined service that get a volume without a name, which goes with its container: the engine writes no
 * file to a root file system that can only be read.
 */
export function unnamedVolumes({ confined = false, files, state }: Confined): string[] {
  if (!confined) return [];
  const isKept = (folder: string): boolean =>
    state.some((kept) => folder === kept || folder.startsWith(`${kept}/`));
  const folders = Object.keys(files).map((file) => path.posix.dirname(file));
  return [...new Set([notesFolder, ...folders])].filter((folder) => !isKept(folder)).toSorted();
}

/** The volumes by which files are written to a service's container. None: its root file system takes them. */
export function writtenVolumes(service: Confined): string[] {
  return service.confined === true ? [...service.state, ...unnamedVolumes(service)] : [];
}

/** Where a snapshot's image keeps the folder at `index` of a service's state: no image has a VOLUME there. */
export const stateRoot = "/regtest-network/state";

export function storedState(index: number): string {
  return `${stateRoot}/${index}`;
}
