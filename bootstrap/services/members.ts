/** All that a network has: its nodes, and the services beside them. */
import type { NetworkInputs } from "../nodes/on-nodes.ts";
import type { ServiceSpec } from "./service.ts";

export interface NetworkMembers extends NetworkInputs {
  /** Default: none. */
  readonly services?: readonly ServiceSpec[] | undefined;
}
