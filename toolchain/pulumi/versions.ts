/**
 * The Pulumi CLI version that is downloaded or built, the oldest that is used from PATH, and the one that the tests run with.
 * `toolchain/pulumi-cli/go.mod` names the same.
 */
export const PULUMI_VERSION = "3.259.0";
