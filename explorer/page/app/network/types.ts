/** Parts of the status, by the names that the page uses. */
import type { NetworkView } from "../../protocol.ts";

export type Status = NetworkView["status"];
export type NodeStatus = Status["nodes"][number];
export type ServiceStatus = Status["services"][number];
export type Connection = Status["connections"][number];
