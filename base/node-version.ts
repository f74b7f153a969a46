/** The Node.js that the project and its package ask for, in package.json's `engines` too: older ones cannot parse `await using`. */
export const leastNode = 24;

/** What to do about a Node.js of this version, such as `v20.19.0`; `undefined`: nothing. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major >= leastNode) return undefined;
  return `regtest-network needs Node.js ${leastNode} or later, and this is ${version}: install a newer one from https://nodejs.org`;
}
