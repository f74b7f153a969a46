/** Who may use the page, and what the browser is told of it. */
import { Hono } from "hono";
import { describe, expect, it, test } from "vitest";

import { guardOf } from "../../../../explorer/http/guard.ts";
import { ownName, ownPagesOnly, pageHeaders } from "../../../../explorer/page/page-guard.ts";
import { isSameToken, newToken, shownToken } from "../../../../explorer/page/token.ts";

const app = new Hono()
  .use("/page/*", pageHeaders, ownName(guardOf()), ownPagesOnly)
  .all("/page/x", (c) => c.text("passed"));

async function asked(headers: Record<string, string>): Promise<[status: number, text: string]> {
  const own = { host: "127.0.0.1:3000", ...headers };
  const response = await app.request("http://127.0.0.1:3000/page/x", { headers: own });
  return [response.status, await response.text()];
}

describe("the page", () => {
  it.each([
    ["nothing that browsers add", {}],
    ["itself", { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" }],
    ["its other name", { host: "localhost:3000", origin: "http://localhost:3000" }],
    ["somebody who typed its address", { "sec-fetch-site": "none" }],
  ])("answers %s", async (_, headers) => {
    expect(await asked(headers)).toEqual([200, "passed"]);
  });

  it("answers by the name of its container, where it has one", async () => {
    const own = new Hono()
      .use(ownName(guardOf(["explorer"])), ownPagesOnly)
      .all("/", (c) => c.text("passed"));
    const asked = async (headers: Record<string, string>): Promise<number> =>
      (await own.request("/", { headers })).status;
    expect(await asked({ host: "explorer:3000", origin: "http://explorer:3000" })).toBe(200);
    expect(await asked({ host: "127.0.0.1:3000" })).toBe(200);
    expect(await asked({ host: "explorer.evil.example" })).toBe(403);
    expect(await asked({ host: "explorer:3000", origin: "http://shop:3000" })).toBe(403);
  });

  it.each([
    ["another name, as by DNS rebinding", { host: "evil.example:3000" }, /^this server is not/],
    ["a page of another site", { origin: "https://evil.example" }, /^pages of/],
    ["a page of another port", { origin: "http://127.0.0.1:8080" }, /^pages of/],
    ["a page of its port under another name", { origin: "http://localhost:3000" }, /^pages of/],
    ["a page without an origin", { origin: "null" }, /^pages of/],
    ["what another site loads", { "sec-fetch-site": "cross-site" }, /^cross-site requests/],
    ["what another port loads", { "sec-fetch-site": "same-site" }, /^same-site requests/],
  ])("refuses %s, and lets nobody read that", async (_, headers, message) => {
    const own = { host: "127.0.0.1:3000", ...headers };
    const response = await app.request("/page/x", { headers: own });
    expect(response.status).toBe(403);
    expect(await response.text()).toMatch(message);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});

test("a token has 256 bits, and only itself is the same", () => {
  const token = newToken();
  expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect(isSameToken(token, token)).toBe(true);
  for (const other of [newToken(), "", token.slice(1), `${token} `]) {
    expect(isSameToken(token, other)).toBe(false);
  }
  expect(shownToken(undefined)).toBeUndefined();
  expect(shownToken(`bearer ${token}`)).toBe(token);
});
