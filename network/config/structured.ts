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
