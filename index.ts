/** The program of this project: one network, as the stack's configuration declares it. */
import "./network/plain-stacks.ts";

import { formerNames } from "./network/former-names.ts";
import { readConfig } from "./network/config/config.ts";
import { RegtestNetwork } from "./network/regtest-network.ts";

const network = new RegtestNetwork("regtest", await readConfig(), {
  transformations: [formerNames("regtest")],
});

/** Node's name → URL of its RPC. */
export const endpoints = network.endpoints;
/** Node's name → what it offers beside RPC, as far as config asks for it → where. */
export const ports = network.ports;
/** Service's name → port's name → its URL. */
export const services = network.services;
export const rpcUser = network.rpcUser;
export const rpcPassword = network.rpcPassword;
/** Amounts in BTC, with 8 places. */
export const chain = network.chain;
/** Node's name → the image to start it from by hand, `docker run … alice`. */
export const snapshots = network.snapshots;
export const containers = network.containers;
