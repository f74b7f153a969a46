import { pointing } from "../../base/troubleshooting.ts";

/** A service that did not start, with its last lines. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly service: string;

  constructor(service: string, detail: string, log: string, cause?: unknown) {
    const lines = log === "" ? "it has written nothing" : `its last lines:\n${log}`;
    super(pointing(`${service}: ${detail}; ${lines}`, "a-service-failed"), { cause });
    this.service = service;
  }
}
