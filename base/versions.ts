/** `[major, minor, patch]` of "v1.2.3", "1.2.3" or "go1.2.3"; suffixes like "-rc1" are left out, missing parts are 0. */
export function parseVersion(text: string): readonly [number, number, number] | undefined {
  const match = /^(?:v|go)?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)] : undefined;
}

/** Whether `version` is `minimum` or later; what cannot be read is not. */
export function isAtLeast(version: string, minimum: string): boolean {
  const have = parseVersion(version);
  const want = parseVersion(minimum);
  if (!have || !want) return false;
  for (const [index, part] of want.entries()) {
    const mine = have[index] ?? 0;
    if (mine !== part) return mine > part;
  }
  return true;
}
