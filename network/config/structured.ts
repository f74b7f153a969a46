/**
 * Reads a value as Pulumi hands it over: JSON text, whether it was written as YAML into the stack's file
 * or as JSON on the command line. Any other text is a value itself.
 */
export function parseStructured(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Likewise for a value that may also be true or false. */
export function parseSwitch(text: string): unknown {
  return text === "true" || (text === "false" ? false : parseStructured(text));
}
