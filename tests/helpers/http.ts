/** A client that shows what a server answers, errors too. */

export interface HttpAnswerSeen {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export async function ask(url: string, init: RequestInit = {}): Promise<HttpAnswerSeen> {
  const response = await fetch(url, init);
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    text: await response.text(),
  };
}

/** @throws Error when the answer is no success */
export async function textOf(url: string): Promise<string> {
  const { status, text } = await ask(url);
  if (status !== 200) throw new Error(`${url} answers ${status}: ${text}`);
  return text;
}

/** @throws Error when the answer is no success */
export async function jsonOf<T>(url: string): Promise<T> {
  return JSON.parse(await textOf(url)) as T;
}

export async function bytesOf(url: string): Promise<string> {
  return Buffer.from(await (await fetch(url)).arrayBuffer()).toString("hex");
}
