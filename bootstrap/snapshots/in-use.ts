import type Docker from "dockerode";

import { label } from "../../engine/labels.ts";

/** @throws Error that names the containers which were started from the snapshot, and their stacks */
export async function refuseInUse(
  docker: Docker,
  name: string,
  images: Iterable<string>,
): Promise<void> {
  const ancestor = [...images];
  const users = await docker.listContainers({ all: true, filters: { ancestor } });
  if (users.length === 0) return;
  const names = users.map(({ Names, Labels }) => {
    const of = Labels[label.kind] === "node" ? ` of stack ${Labels[label.stack] ?? ""}` : "";
    return `${Names[0]?.slice(1) ?? ""}${of}`;
  });
  throw new Error(
    `snapshot "${name}" is in use by ${names.toSorted().join(", ")}; remove a stack with npm run down -- --stack NAME, ` +
      "a clone with npm run release -- ID, another container with docker rm -f NAME",
  );
}
