/**
 * What the environment says of this machine and of one run, and the stack's configuration cannot: that is the same on
 * every machine, and Pulumi keeps what `up --config` sets. The program alone reads it; plugins get it as inputs.
 */
export interface MachineSettings {
  /** Debian image to build on where config names none. */
  readonly baseImage: string;
  /** Whether this run may give up what people did on top of the declared chain. */
  readonly discardBlocks: boolean;
}

export function readEnvironment(env: NodeJS.ProcessEnv): MachineSettings {
  return {
    baseImage: env["REGTEST_BASE_IMAGE"] || "debian:forky-slim",
    discardBlocks: env["REGTEST_DISCARD_BLOCKS"] === "1",
  };
}
