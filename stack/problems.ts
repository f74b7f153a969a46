/** What is wrong with a configuration, one line for each value: its key, the value, and what is allowed. */
export class Problems {
  readonly lines: string[] = [];

  /** @param key as a person finds it, such as `nodes[1].name` */
  refuse(key: string, value: unknown, allowed: string): void {
    // A list element that is not there has no JSON text.
    const text = value === undefined ? "nothing" : JSON.stringify(value);
    this.lines.push(`${key}: ${text} is not allowed; ${allowed}`);
  }

  /** A problem whose value must not be told, or that has none. */
  add(line: string): void {
    this.lines.push(line);
  }
}
