import { expect, test } from "vitest";

import { engineRemedy } from "../../toolchain/engine.ts";

const bare = { root: true, defaultEndpoint: true, dockerd: false, aptGet: true };

test.for([
  ["an engine that is installed is started", { ...bare, dockerd: true }, "start"],
  ["one that is not is installed, as root on Debian", bare, "install"],
] as const)("%s", ([, facts, remedy]) => {
  expect(engineRemedy(facts)).toBe(remedy);
});

test.for([
  ["no rights to start it", { ...bare, root: false, dockerd: true }, /start it.*systemctl start/],
  ["no rights to install it", { ...bare, root: false }, /^install a Docker engine \(https:/],
  ["no Debian", { ...bare, aptGet: false }, /^install a Docker engine \(https:/],
  [
    "an endpoint of the person's own",
    { ...bare, dockerd: true, defaultEndpoint: false },
    /named by the environment or a docker context, so none is started here/,
  ],
] as const)("with %s a person is told what to do", ([, facts, message]) => {
  expect(engineRemedy(facts)).toEqual({ tell: expect.stringMatching(message) as unknown });
});
