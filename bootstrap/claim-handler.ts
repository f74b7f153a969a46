/** The resource `Claim`: id and credentials of a stack, and the refusal of what somebody else has. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { connectEngine } from "../engine/client.ts";
import {
  type CheckFailure,
  type Properties,
  type ResourceHandler,
  UNKNOWN,
} from "../plugin/handler.ts";
import { findTaken, type Wanted } from "./claims.ts";
import { inputDiff } from "./input-diff.ts";
import { generatePassword, rpcAuth } from "./rpcauth.ts";

export interface ClaimedNode extends Wanted {
  /** The config key that the port comes from, for messages. */
  readonly portKey: string;
}

export interface ClaimInputs {
  /** Filled in once by `check`, and then kept. */
  readonly stackId: string;
  readonly rpcUser: string;
  /** Generated once when left out. */
  readonly rpcPassword?: string | undefined;
  readonly nodes: readonly ClaimedNode[];
}

interface ClaimState extends ClaimInputs {
  readonly rpcPassword: string;
  readonly rpcAuth: string;
}

export const claimHandler: ResourceHandler = {
  async check(news, olds, { signal }) {
    const stackId = olds?.["stackId"] ?? randomBytes(8).toString("hex");
    const inputs = { ...news, stackId } as unknown as ClaimInputs;
    const docker = await connectEngine({ signal });
    const failures = await Promise.all(
      inputs.nodes.map((node) => refusals(docker, inputs.stackId, node)),
    );
    return { inputs: asProperties(inputs), failures: failures.flat() };
  },

  diff(_id, _state, oldInputs, news) {
    return Promise.resolve({ detailed: inputDiff(oldInputs, news, []) });
  },

  plan(inputs, state) {
    const news = inputs as unknown as ClaimInputs;
    const kept = state as ClaimState | undefined;
    const password = news.rpcPassword ?? kept?.rpcPassword ?? UNKNOWN;
    const keeps = kept?.rpcUser === news.rpcUser && kept.rpcPassword === password;
    return { ...inputs, rpcPassword: password, rpcAuth: keeps ? kept.rpcAuth : UNKNOWN };
  },

  create(inputs) {
    const claim = inputs as unknown as ClaimInputs;
    return Promise.resolve({ id: claim.stackId, state: asProperties(claimed(claim)) });
  },

  /** There is nothing outside the state to look at. */
  read(id, state, inputs) {
    if (state === undefined || inputs === undefined) {
      throw new Error(
        "A claim cannot be imported: its id and password are made when it is created.",
      );
    }
    return Promise.resolve({ id, state, inputs });
  },

  update(_id, state, news) {
    return Promise.resolve(
      asProperties(claimed(news as unknown as ClaimInputs, state as unknown as ClaimState)),
    );
  },

  delete() {
    return Promise.resolve();
  },
};

/** A hash with a new salt would replace the containers: it is made anew only when it must be. */
function claimed(claim: ClaimInputs, kept?: ClaimState): ClaimState {
  const rpcPassword = claim.rpcPassword ?? kept?.rpcPassword ?? generatePassword();
  const keeps = kept?.rpcUser === claim.rpcUser && kept.rpcPassword === rpcPassword;
  return {
    ...claim,
    rpcPassword,
    rpcAuth: keeps ? kept.rpcAuth : rpcAuth(claim.rpcUser, rpcPassword),
  };
}

async function refusals(
  docker: Docker,
  stackId: string,
  node: ClaimedNode,
): Promise<CheckFailure[]> {
  const { name, port, image } = await findTaken(docker, stackId, node);
  const failures: CheckFailure[] = [];
  if (name !== undefined) {
    failures.push({
      property: "nodes",
      reason: `prefix: the container name ${node.containerName} is taken by ${name}; set another prefix, or remove it`,
    });
  }
  if (port !== undefined) {
    failures.push({
      property: "nodes",
      reason: `${node.portKey}: port ${node.rpcPort} on 127.0.0.1 is taken by ${port}; set another port, or end it`,
    });
  }
  if (image !== undefined) {
    const reference = node.snapshotImage ?? "";
    failures.push({
      property: "nodes",
      reason: `prefix: the image name ${reference} is taken by ${image}; set another prefix, or remove it with docker rmi ${reference}`,
    });
  }
  return failures;
}

function asProperties(value: ClaimInputs): Properties {
  return { ...value };
}
