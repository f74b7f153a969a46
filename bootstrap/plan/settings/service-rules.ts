/** What must be true of services together with the nodes and each other. */
import { onThisMachine } from "../../../engine/host.ts";
import { circleOf } from "../../services/service.ts";
import {
  addressValues,
  credentialValues,
  isSecretName,
  miningAddressName,
  placeholdersIn,
} from "../../services/template.ts";
import { explorerPlans } from "./explorer-plan.ts";
import type { CheckedKeys } from "./network-schema.ts";
import { portKeyOf } from "./node-schema.ts";
import type { Check, Path } from "./rules.ts";
import { followsOf } from "./service-plan.ts";
import type { GivenService } from "./service-schema.ts";

type Members = Pick<CheckedKeys, "nodes" | "services" | "explorer" | "timeout">;

/** A text that may hold templates. */
interface Templated {
  readonly path: Path;
  readonly text: string;
  /** Whether others than the service itself can read it: in a list of processes, say. */
  readonly open: boolean;
  /** Whether it is written when the nodes run. */
  readonly late: boolean;
}

export function servicesFit(members: Members, check: Check): void {
  const { nodes, services } = members;
  const nodeNames = nodes.map(({ name }) => name);
  const names = services.map(({ name }) => name);
  services.forEach((service, index) => {
    const path = ["services", index];
    const { name } = service;
    const first = names.indexOf(name);
    if (nodeNames.includes(name))
      check.refuse([...path, "name"], "a node has the same; give each its own");
    else if (first < index)
      check.refuse([...path, "name"], `services[${first}] has the same; give each its own`);
    const all = [...nodeNames, ...names, ...explorerPlans(members).map(({ name }) => name)];
    service.follows.forEach((followed, at) => {
      if (followed === name || !all.includes(followed)) {
        const others = all.filter((other) => other !== name).join(", ");
        check.refuse([...path, "follows", at], `give one of ${others}`);
      }
    });
    stateFits(service, path, check);
    readyFits(service, path, check);
    filesFit(service, path, check);
    for (const text of templatesOf(service, path)) templateFits(text, members, check);
  });
  const circle = circleOf(services.map((service) => ({ ...service, follows: followsOf(service) })));
  if (circle.length > 0)
    check.add(["services"], `${circle.join(", ")} follow each other in a circle`);
}

/** The explorer is one more of them, under a name that another member may have where there is none. */
export function explorerFits(members: Members, { refuse }: Check): void {
  const { nodes, services, explorer } = members;
  for (const { name } of explorerPlans(members)) {
    const lists = { nodes, services };
    for (const [key, list] of Object.entries(lists)) {
      const index = list.findIndex((other) => other.name === name);
      if (index < 0) continue;
      const allowed = `${key}[${index}] is called ${name}, as it would be; give that another name, or leave explorer out`;
      refuse(["explorer"], allowed);
    }
  }
  const names = nodes.map(({ name }) => name);
  if (explorer?.node !== undefined && !names.includes(explorer.node))
    refuse(["explorer", "node"], `there is no such node; there are ${names.join(", ")}`);
}

/** A folder in another one would be in the volumes of both. */
function stateFits({ state }: GivenService, path: Path, { refuse }: Check): void {
  state.forEach((folder, index) => {
    const other = state.findIndex(
      (other, at) => at !== index && (folder === other || folder.startsWith(`${other}/`)),
    );
    if (other >= 0 && (state[other] !== folder || other < index))
      refuse([...path, "state", index], `state[${other}] has it already`);
  });
}

function readyFits({ ready, ports }: GivenService, path: Path, { refuse }: Check): void {
  if (ready === undefined) return;
  const [key, port] =
    "port" in ready ? ["port", ready.port] : "http" in ready ? ["http", ready.http] : [];
  if (key === undefined || port === undefined || Object.hasOwn(ports, port)) return;
  const names = Object.keys(ports).join(", ");
  refuse(
    [...path, "ready", key],
    names === "" ? "it has no ports; declare one" : `its ports are ${names}`,
  );
}

/** The folder of a file is a volume where the rest can only be read. */
function filesFit({ confined = false, files }: GivenService, path: Path, check: Check): void {
  if (!confined) return;
  for (const file of Object.keys(files))
    if (file.lastIndexOf("/") === 0)
      check.add(
        [...path, "files"],
        `${file} is in no folder, and the service is confined; give a path in a folder`,
      );
}

function templatesOf(
  { command, environment, files, afterStart = [] }: GivenService,
  path: Path,
): Templated[] {
  const all = (
    key: string,
    texts: readonly (readonly [string | number, string])[],
    open: boolean,
    late: boolean,
  ): Templated[] => texts.map(([at, text]) => ({ path: [...path, key, at], text, open, late }));
  return [
    ...all("command", [...command.entries()], true, false),
    ...all("environment", Object.entries(environment), false, false),
    ...all("files", Object.entries(files), false, true),
    ...all("afterStart", [...afterStart.entries()], true, true),
  ];
}

function templateFits(
  { path, text, open, late }: Templated,
  members: Members,
  { refuse }: Check,
): void {
  const { nodes } = members;
  const known = knownNames(members, late);
  for (const name of placeholdersIn(text)) {
    const [member = "", port = ""] = name.split(".");
    const node = nodes.find((node) => node.name === member);
    if (!known.includes(name)) {
      refuse(path, `{{${name}}} stands for nothing; there are ${known.join(", ")}`);
    } else if (open && isSecretName(name)) {
      refuse(path, `{{${name}}} would be seen in a list of processes; write it into a file`);
    } else if (node !== undefined && (port === "zmq" || port === "zmqBlock" || port === "zmqTx")) {
      const key = portKeyOf(port);
      if (node[key] === undefined) refuse(path, `${member} has no ${key}; set it, as to free`);
    }
  }
}

function knownNames(members: Members, late: boolean): string[] {
  const { nodes, services } = members;
  const ports = services.map(({ name, ports }) => ({
    name,
    ports: Object.entries(ports).map(([name, port]) => ({ ...port, name, host: undefined })),
  }));
  return [
    ...Object.keys(addressValues(nodes, [...ports, ...explorerPlans(members)], onThisMachine)),
    ...Object.keys(credentialValues(nodes, { user: "", password: "" })),
    ...(late ? [miningAddressName] : []),
  ];
}
