/** Who may ask: programs on this machine, and pages that come from it. */
import type { Context, MiddlewareHandler } from "hono";

import { loopback } from "../../engine/host.ts";

const thisMachine = [loopback, "localhost", "[::1]"];

export interface Guard {
  /** The answer to what comes by another name than the server's own; undefined: it may pass. */
  refusedName(c: Context): Response | undefined;
  /**
   * Refuses what comes by another name than the server's own, as it does when a page has its name lead here (DNS
   * rebinding), and what a page of another site sends. Pages from this machine may read the answers.
   */
  readonly onlyOwn: MiddlewareHandler;
}

/** @param names Host names that the server has beside those of the loopback address. Default: none. */
export function guardOf(names: readonly string[] = []): Guard {
  const own = new Set([...thisMachine, ...names]);
  const isOwn = (url: string): boolean => URL.canParse(url) && own.has(new URL(url).hostname);
  const usable = [...new Set([loopback, "localhost", ...names])];
  const refusedName = (c: Context): Response | undefined => {
    const host = c.req.header("host") ?? "";
    if (isOwn(`http://${host}`)) return undefined;
    const others = `${usable.slice(0, -1).join(", ")} or ${usable.at(-1) ?? ""}`;
    return c.text(`this server is not ${JSON.stringify(host)}; use ${others}`, 403);
  };
  const onlyOwn: MiddlewareHandler = async (c, next) => {
    const otherName = refusedName(c);
    if (otherName !== undefined) return otherName;
    const origin = c.req.header("origin");
    if (origin === undefined) {
      await next();
      return undefined;
    }
    if (!isOwn(origin)) {
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
  return { refusedName, onlyOwn };
}
