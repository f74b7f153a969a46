/** Who may use the page: itself alone, unlike Esplora's API, which pages of this machine may read too. */
import type { MiddlewareHandler } from "hono";

import type { Guard } from "../http/guard.ts";

/** Nothing from elsewhere, nothing that stands in the page itself, and in no frame. */
const headers = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
};

/** Refuses other names than the server's own (DNS rebinding). */
export function ownName({ refusedName }: Pick<Guard, "refusedName">): MiddlewareHandler {
  return async (c, next) => {
    const refused = refusedName(c);
    if (refused !== undefined) return refused;
    await next();
    return undefined;
  };
}

/**
 * Refuses what another page sends or loads, also one that another port of this machine serves. Browsers say whose a
 * request is; other programs need not.
 */
export const ownPagesOnly: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header("origin");
  const own = `http://${c.req.header("host") ?? ""}`;
  if (origin !== undefined && origin !== own) {
    return c.text(`pages of ${JSON.stringify(origin)} may not use this page`, 403);
  }
  const site = c.req.header("sec-fetch-site") ?? "none";
  if (site !== "none" && site !== "same-origin") {
    return c.text(`${site} requests may not use this page`, 403);
  }
  await next();
  return undefined;
};
