import { expect, test } from "vitest";

import { asTyped } from "../../../toolchain/build-package.ts";

test.for([
  ["npm run up", "npx regtest-network up"],
  ["npm run up -- --stack dev", "npx regtest-network up --stack dev"],
  ["(npm run -s cli -- alice x)", "(npx regtest-network cli alice x)"],
  ["npm run new-address, and", "npx regtest-network new-address, and"],
  ["npm run snapshot -- ${name}", "npx regtest-network snapshot ${name}"],
  ['from "./bootstrap/index.ts"', 'from "regtest-network"'],
  ["`npm run` changes", "`npm run` changes"],
] as const)("%s is typed %s with the package", ([here, there]) => {
  expect(asTyped(here)).toBe(there);
});
