/**
 * What a snapshot that others made must not have. Its images hold programs, which nobody can check: whoever
 * starts it runs them. What can be checked is what it says beside them: how a container of it is started, and
 * whose that is.
 */
import { isDeepStrictEqual } from "node:util";

import { type Kind, label } from "../../../engine/labels.ts";
import type { ImageConfig, ImageContent } from "./archive.ts";
import { manifestLabelNames } from "../manifest.ts";
import type { Manifest } from "../manifest-schema.ts";

/** As images/bitcoind/Dockerfile has it; another bitcoind is put on top of that. */
const ownConfig: ImageConfig = {
  Entrypoint: ["/entrypoint.sh"],
  User: "bitcoin",
  WorkingDir: "/home/bitcoin",
};
/** What an image of the project may have beside that. */
const allowedConfig = new Set<string>([
  ...Object.keys(ownConfig),
  ...["Env", "ExposedPorts", "StopSignal"],
]);
const allowedVariables = new Set(["PATH", "HOME", "RES_OPTIONS"]);

/** A container that is started from an image has its labels, and these say whose it is and when it may go. */
const emptyLabels = new Set<string>([label.stackId, label.owner, label.expires]);
/** Labels of anybody else would make it theirs: `com.docker.compose.project`, say. */
const allowedLabels = new Set<string>([
  ...emptyLabels,
  ...[label.stack, label.kind, label.takenOf, label.node, label.snapshot, label.reference],
  label.reset,
  label.clock,
  ...manifestLabelNames,
]);
const kinds = new Set<string | undefined>(["snapshot", "named-snapshot"] satisfies Kind[]);

/** Arguments of bitcoind that run a command, or name a file with more arguments. */
const commandPattern =
  /^--?(?:no)?(?:[a-z0-9]*notify|torexecute|signer|conf|includeconf|confrw|settings)(?:=|$)/i;

/** @throws Error that names the image and what of it is not a snapshot's */
export function refuseStrangeImage({ image, labels, config }: ImageContent): void {
  const refuse = refusing(image);
  refuseStrangeLabels(labels, refuse);
  const other = Object.keys(labels).find((name) => !allowedLabels.has(name));
  if (other !== undefined) refuse(`the label ${other}`);
  for (const [name, value] of Object.entries(config)) {
    if (!allowedConfig.has(name)) refuse(`${name} in its configuration`);
    if (name === "StopSignal" && value !== "SIGTERM") refuse(`the ${name} ${String(value)}`);
  }
  for (const [name, own] of Object.entries(ownConfig)) {
    if (!isDeepStrictEqual(config[name], own)) refuse(`another ${name} than ${String(own)}`);
  }
  const variables = Array.isArray(config["Env"]) ? config["Env"] : [];
  for (const entry of variables) {
    const [variable = ""] = String(entry).split("=");
    if (!allowedVariables.has(variable)) refuse(`the variable ${variable}`);
  }
}

/** Labels by which other tools know what is theirs, and what they may stop or remove. */
const ownedByOthers =
  /^(?:com\.docker\.|org\.testcontainers|io\.podman\.|io\.kubernetes\.|com\.microsoft\.)/;

/**
 * The same for a service, whose image may be any: a container of it has no more rights than any other, and shows
 * nothing of this machine.
 * @throws Error that names the image and what of it is not a snapshot's
 */
export function refuseStrangeService({ image, labels, config }: ImageContent): void {
  const refuse = refusing(image);
  refuseStrangeLabels(labels, refuse);
  const other = Object.keys(labels).find(
    (name) =>
      ownedByOthers.test(name) || (name.startsWith("regtest-network.") && !allowedLabels.has(name)),
  );
  if (other !== undefined) refuse(`the label ${other}`);
  if ("OnBuild" in config) refuse("OnBuild in its configuration");
}

type Refuse = (what: string) => never;

function refusing(image: string): Refuse {
  return (what) => {
    throw new Error(`${image} has ${what}; an image of a snapshot must not have that`);
  };
}

function refuseStrangeLabels(labels: ImageContent["labels"], refuse: Refuse): void {
  for (const [name, value] of Object.entries(labels)) {
    if (emptyLabels.has(name) && value !== "") refuse(`a value in the label ${name}`);
    if (value.length > 256 && !manifestLabelNames.includes(name))
      refuse(`a long text in the label ${name}`);
    if (/\p{Cc}/u.test(value)) refuse(`control characters in the label ${name}`);
  }
  if (!kinds.has(labels[label.kind])) refuse(`the kind "${labels[label.kind] ?? ""}"`);
}

/** @throws Error that names the node and the argument */
export function refuseCommands({ nodes }: Manifest): void {
  for (const { name, arguments: all } of nodes) {
    const command = all.find((argument) => commandPattern.test(argument));
    if (command === undefined) continue;
    throw new Error(
      `its node ${name} has the argument ${command}, which runs a command or reads more arguments; ` +
        "on the machine that it comes from, take the snapshot without that argument",
    );
  }
}
