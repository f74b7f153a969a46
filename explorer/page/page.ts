/** The page's server: its files, what it is told, and what it does. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";

import { messageOf } from "../../base/message.ts";
import type { Guard } from "../http/guard.ts";
import type { ChainIndex } from "../index/chain-index.ts";
import { ActionArgumentError, isActionName, readArguments } from "./action-arguments.ts";
import { ActionRunner } from "./action-runner.ts";
import { PageEvents } from "./events.ts";
import { ownName, ownPagesOnly, pageHeaders } from "./page-guard.ts";
import type { ActionHandler, PageNetwork } from "./page-network.ts";
import type { ActionName } from "./protocol.ts";
import { isSameToken, newToken, shownToken } from "./token.ts";

/** In bytes: groups of many names. */
const largestBody = 65_536;
const lines = { "content-type": "application/x-ndjson" };

export interface Page extends AsyncDisposable {
  /** To be asked before anything else is. */
  readonly app: Hono;
  /** Who shows it sees the network and acts on it; undefined where only the chain is shown. */
  readonly token: string | undefined;
}

/** @param network Left out: the page shows the chain alone. */
export function openPage(index: ChainIndex, network: PageNetwork | undefined, guard: Guard): Page {
  const byName = ownName(guard);
  const token = network === undefined ? undefined : newToken();
  const events = new PageEvents(index, network);
  const runner = new ActionRunner();
  const app = new Hono();
  app.use("/", pageHeaders, byName);
  app.use("/page/*", pageHeaders, byName, ownPagesOnly);

  app.get("/page/events", (c) => {
    const shown = shownToken(c.req.header("authorization"));
    const known = shown !== undefined && isToken(shown);
    if (shown !== undefined && !known) return c.text(noToken, 401);
    return c.body(events.open(known), 200, lines);
  });
  app.use("/page/*", async (c, next) => {
    if (isFile(c.req.path) || isToken(shownToken(c.req.header("authorization")) ?? "")) {
      await next();
      return undefined;
    }
    return c.text(noToken, 401);
  });
  app.get("/page/labels/:label", async (c) => {
    const { signal } = c.req.raw;
    const context = { signal, status: () => undefined };
    return c.json({ addresses: await network?.labelled(c.req.param("label"), context) });
  });
  app.post(
    "/page/actions/:name",
    bodyLimit({
      maxSize: largestBody,
      onError: (c) => c.text(`the arguments are longer than ${largestBody} bytes`, 413),
    }),
    async (c) => {
      const type = c.req.header("content-type") ?? "";
      if (!/^application\/json\s*(?:;|$)/i.test(type)) {
        return c.text("send the arguments as application/json", 415);
      }
      const name = c.req.param("name");
      const start = isActionName(name) ? starter(name) : undefined;
      if (start === undefined) {
        const names = Object.keys(network?.actions ?? {}).join(", ");
        return c.text(`there is no action ${JSON.stringify(name)}; there are ${names}`, 404);
      }
      const run = start(await c.req.text());
      if (runner.running !== undefined) {
        return c.text(`${runner.running} is still running; one action runs at a time`, 409);
      }
      return c.body(run(), 200, lines);
    },
  );
  app.get("/page/*", (c) => file(c.req.path));
  app.get("/", (c) => file(c.req.path));
  app.all("/page/*", (c) => c.text("the page has nothing here", 404));
  app.onError((error, c) => {
    if (error instanceof ActionArgumentError) return c.text(error.message, 400);
    return c.text(messageOf(error), 500);
  });

  function isToken(shown: string): boolean {
    return token !== undefined && isSameToken(shown, token);
  }

  /** Undefined where the network does not have it. */
  function starter(
    name: ActionName,
  ): ((body: string) => () => ReadableStream<Uint8Array>) | undefined {
    const handler = network?.actions[name] as ActionHandler<ActionName> | undefined;
    if (handler === undefined) return undefined;
    return (body) => {
      const args = readArguments(name, body);
      return () =>
        runner.run(
          name,
          (context) => handler(args, context),
          () => {
            events.lookNow();
          },
        );
    };
  }

  return {
    ...{ app, token },
    async [Symbol.asyncDispose]() {
      events[Symbol.dispose]();
      await runner[Symbol.asyncDispose]();
    },
  };
}

const noToken = "the token is missing or another one: open the page by the link that was printed";

/** What a page loads before it can show a token. */
function isFile(path: string): boolean {
  return /^\/page\/[^/]+\.[a-z]+$/.test(path);
}

async function file(path: string): Promise<Response> {
  const { pageFiles } = await import("./files/page-files.ts");
  const found = (await pageFiles()).get(path);
  if (found === undefined) return new Response("the page has no such file", { status: 404 });
  return new Response(Buffer.from(found.body), { headers: { "content-type": found.type } });
}
