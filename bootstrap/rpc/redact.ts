/** Takes the caller's credentials out of what a server said: one that echoes requests would put them into an error. */
export type Redact = (text: string) => string;

/** Finds the password, also as a server may have written it: in JSON, a URL, a page, or in the header that carried it. */
export function redactor(user: string, password: string): Redact {
  if (password === "") return (text) => text;
  const header = Buffer.from(`${user}:${password}`).toString("base64");
  const forms = [
    header,
    // Its end, without the filling, may be cut off or written otherwise.
    header.replace(/=+$/, ""),
    JSON.stringify(password).slice(1, -1),
    encodeURIComponent(password),
    asHtml(password),
    password,
  ].toSorted((a, b) => b.length - a.length);
  return (text) => forms.reduce((text, form) => text.replaceAll(form, "[redacted]"), text);
}

function asHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
