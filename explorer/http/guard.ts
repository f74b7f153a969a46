/** Who may ask: programs on this machine, and pages that come from it. */
import type { Context, MiddlewareHandler } from "hono";

import { engineHost } from "../../engine/host.ts";

const loopback = new Set([engineHost, "localhost", "[::1]"]);

/**
 * Refuses what comes by another name than this machine's own, as it does when a page has its name lead here (DNS
 * rebinding), and what a page of another site sends. Pages from this machine may read the answers.
 */
export const loopbackOnly: MiddlewareHandler = async (c, next) => {
  const otherName = refusedName(c);
  if (otherName !== undefined) return otherName;
  const origin = c.req.header("origin");
  if (origin === undefined) {
    await next();
    return undefined;
  }
  if (!isLoopback(origin)) {
    return c.text(`pages of ${JSON.stringify(origin)} may not use this server`, 403);
  }
  const open = {
    "access-control-allow-origin": origin,
    vary: "Origin",
  };
  if (c.req.method === "OPTIONS") {
    const asked = c.req.header("access-control-request-headers");
    return c.body(null, 204, {
      ...open,
      "access-control-allow-methods": "GET, POST",
      ...(asked === undefined ? {} : { "access-control-allow-headers": asked }),
    });
  }
  await next();
  for (const [name, value] of Object.entries(open)) c.header(name, value);
  return undefined;
};

/** The answer to what comes by another name than this machine's own; undefined: it may pass. */
export function refusedName(c: Context): Response | undefined {
  const host = c.req.header("host") ?? "";
  if (isLoopback(`http://${host}`)) return undefined;
  return c.text(`this server is not ${JSON.stringify(host)}; use ${engineHost} or localhost`, 403);
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && loopback.has(new URL(url).hostname);
}
