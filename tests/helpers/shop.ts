/** A service for tests, tests/services/shop: a server that keeps orders, and can be bad in several ways. */
import type Docker from "dockerode";

import { fromProject } from "../../base/files/paths.ts";
import { baseImageOn } from "../../toolchain/ensure.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import type { ServiceArgs } from "../../bootstrap/plan/settings/network-args.ts";
import type { CloneServiceArgs } from "../../testing/declared-network.ts";

/** The image that the nodes' are built on, which is there, and has a shell and Perl. */
export async function shopBase(docker: Docker): Promise<string> {
  const signal = AbortSignal.timeout(600_000);
  return await baseImageOn(docker, { progress: streamProgress(process.stderr), signal });
}

export type Shop = CloneServiceArgs & Pick<ServiceArgs, "image">;

/** @param mode what is wrong with it, see tests/services/shop/shop.pl. Default: nothing */
export function shop(base: string, mode = "", more: Partial<CloneServiceArgs> = {}): Shop {
  return {
    name: "shop",
    image: { build: fromProject("tests/services/shop"), arguments: { BASE: base } },
    command: ["perl", "/shop.pl", "{{alice.rpc}}", mode],
    files: { "/run/bitcoind/cookie": "{{rpcUser}}:{{rpcPassword}}" },
    ports: { web: 8080 },
    state: ["/data"],
    ready: { http: "web", path: "/health" },
    ...more,
  };
}

/** What the shop at this URL answers. */
export async function ask(url: string, path: string): Promise<string> {
  return await (await fetch(url + path)).text();
}
