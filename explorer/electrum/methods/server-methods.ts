import { z } from "zod";

import { badRequest } from "../wire/electrum-error.ts";
import { method, type Method } from "./method.ts";
import { agreedVersion, protocolRange, versionRange } from "./protocol-version.ts";

/** How the server calls itself. */
const software = "regtest-network";

export interface ServerFacts {
  readonly genesisHash: string;
  readonly host: string;
  readonly port: number;
}

export function serverMethods({ genesisHash, host, port }: ServerFacts): Record<string, Method> {
  return {
    "server.version": method(
      {
        client_name: z.string().default(""),
        protocol_version: versionRange.default(["1.4", "1.4"]),
      },
      ({ protocol_version }, session) => {
        if (session.identified) throw badRequest("server.version was sent already");
        session.identified = true;
        return [software, agreedVersion(protocol_version)];
      },
    ),
    "server.banner": method({}, () => "A Bitcoin regtest network: its coins have no value."),
    "server.donation_address": method({}, () => ""),
    "server.features": method({}, () => ({
      genesis_hash: genesisHash,
      hosts: { [host]: { tcp_port: port } },
      protocol_min: protocolRange.min,
      protocol_max: protocolRange.max,
      pruning: null,
      server_version: software,
      hash_function: "sha256",
    })),
    "server.ping": method({}, () => null),
    // There is no other server of this chain to tell anybody of.
    "server.peers.subscribe": method({}, () => []),
    "server.add_peer": method({}, () => false),
  };
}
