/** What the images are called that are built here. Their names change with what goes into them. */
import { fromProject } from "../../base/files/paths.ts";
import { contextHash } from "../../base/files/context-hash.ts";
import { builtImageName } from "./given-names.ts";

export const debianContext = fromProject("images/bitcoind");
export const otherContext = fromProject("images/other");

export function debianImageName(prefix: string, base: string): string {
  return `${builtImageName(prefix)}:${contextHash(debianContext, base)}`;
}

/** @param debian name of the image that bitcoind is put into */
export function externalImageName(prefix: string, debian: string, reference: string): string {
  return `${builtImageName(prefix)}-external:${contextHash(otherContext, debian, reference)}`;
}
