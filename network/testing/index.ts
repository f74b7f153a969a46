/** The package's entry `regtest-network/pulumi/testing`: stacks of a Pulumi program for its integration tests. */
export { TestStack, type TestStackOptions } from "./test-stack.ts";
