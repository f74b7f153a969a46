import { Agent, request } from "undici";

export interface HttpAnswer {
  readonly status: number;
  /** The body, or its beginning. */
  readonly text: string;
}

/**
 * Asks a service of a network, whose certificate is its own: the way to it never leaves this machine.
 * @param most characters of the body after which no more is read
 */
export async function httpAnswer(
  url: string,
  most: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const { statusCode, body } = await request(url, { dispatcher, signal });
    let text = "";
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > most) break;
    }
    return { status: statusCode, text };
  } finally {
    await dispatcher.destroy();
  }
}
