import { expect, test } from "vitest";

import { engineRemedy } from "../../../toolchain/engine.ts";

const bare = { root: true, defaultEndpoint: true, denied: false, dockerd: false, aptGet: true };

test.for([
  ["an engine that is installed is started", { ...bare, dockerd: true }, "start"],
  ["one that is not is installed, as root on Debian", bare, "install"],
] as const)("%s", ([, facts, remedy]) => {
  expect(engineRemedy(facts)).toBe(remedy);
});

test.for([
  [
    "no rights to start it",
    { ...bare, root: false, dockerd: true },
    /^start the Docker engine.*systemctl start/,
  ],
  ["no rights to install it", { ...bare, root: false }, /^install a Docker engine \(https:/],
  [
    "no rights to the socket",
    { ...bare, root: false, dockerd: true, denied: true },
    /^this user has no permission to use the Docker engine: add it to the group docker/,
  ],
  [
    "no rights to a socket of the person's own",
    { ...bare, root: false, defaultEndpoint: false, denied: true },
    /^this user has no permission to use the Docker engine: add it to the group docker/,
  ],
  ["no Debian", { ...bare, aptGet: false }, /^install a Docker engine \(https:/],
  [
    "an endpoint of the person's own",
    { ...bare, dockerd: true, defaultEndpoint: false },
    /^start the engine that the environment or a docker context names$/,
  ],
] as const)("with %s a person is told what to do", ([, facts, message]) => {
  expect(engineRemedy(facts)).toEqual({ tell: expect.stringMatching(message) as unknown });
});
