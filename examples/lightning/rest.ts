/** lnd by its REST API, as a program on this machine uses it. */
import { request } from "node:https";
import { json } from "node:stream/consumers";

import type { Network } from "regtest-network";

export type Rest = (
  method: string,
  path: string,
  body?: object,
) => Promise<Record<string, unknown>>;

/** With the certificate and the macaroon that lnd made at its first start: they are the same in all clones. */
export async function restOf(network: Network, name: string): Promise<Rest> {
  const service = network.service(name);
  const { stdout: ca } = await service.exec(["cat", "/data/tls.cert"]);
  const macaroonFile = "/data/data/chain/bitcoin/regtest/admin.macaroon";
  const { stdout: dump } = await service.exec(["od", "-An", "-v", "-tx1", macaroonFile]);
  const headers = { "Grpc-Metadata-macaroon": dump.replaceAll(/\s/g, "") };
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const call = request(new URL(path, service.url), { method, headers, ca }, (answer) => {
        json(answer).then((value) => {
          resolve(value as Record<string, unknown>);
        }, reject);
      });
      call.once("error", reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
}
