/** What must be true of services together with the nodes and each other. */
import { circleOf } from "../../services/service.ts";
import {
  addressValues,
  credentialValues,
  isSecretName,
  miningAddressName,
  placeholdersIn,
} from "../../services/template.ts";
import type { CheckedKeys } from "./network-schema.ts";
import { portKeyOf } from "./node-schema.ts";
import type { Check, Path } from "./rules.ts";
import { followsOf } from "./service-plan.ts";
import type { GivenService } from "./service-schema.ts";

type Members = Pick<CheckedKeys, "nodes" | "services">;

/** A text that may hold templates. */
interface Templated {
  readonly path: Path;
  readonly text: string;
  /** Whether others than the service itself can read it: in a list of processes, say. */
  readonly open: boolean;
  /** Whether it is written when the nodes run. */
  readonly late: boolean;
}

export function servicesFit({ nodes, services }: Members, check: Check): void {
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
    const all = [...nodeNames, ...names];
    service.follows.forEach((followed, at) => {
      if (followed === name || !all.includes(followed)) {
        const others = all.filter((other) => other !== name).join(", ");
        check.refuse([...path, "follows", at], `give one of ${others}`);
      }
    });
    stateFits(service, path, check);
    readyFits(service, path, check);
    for (const text of templatesOf(service, path)) templateFits(text, { nodes, services }, check);
  });
  const circle = circleOf(services.map((service) => ({ ...service, follows: followsOf(service) })));
  if (circle.length > 0)
    check.add(["services"], `${circle.join(", ")} follow each other in a circle`);
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
  { nodes, services }: Members,
  { refuse }: Check,
): void {
  const known = knownNames({ nodes, services }, late);
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

function knownNames({ nodes, services }: Members, late: boolean): string[] {
  const ports = services.map(({ name, ports }) => ({
    name,
    ports: Object.entries(ports).map(([name, port]) => ({ ...port, name, host: undefined })),
  }));
  return [
    ...Object.keys(addressValues(nodes, ports)),
    ...Object.keys(credentialValues(nodes, { user: "", password: "" })),
    ...(late ? [miningAddressName] : []),
  ];
}
