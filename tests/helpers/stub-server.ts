import { once } from "node:events";
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  createServer,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A JSON-RPC request as the stub received it. */
export interface StubRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the connection that it came over: equal ports are one connection. */
  readonly clientPort: number;
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** How the stub answers one request. */
export type Turn = (request: StubRequest, response: ServerResponse) => void;

export interface StubServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** What was received, in order; also requests that got no answer. */
  readonly requests: readonly StubRequest[];
}

/**
 * Starts an HTTP server on the loopback address that takes these turns, one for each request, and
 * the last one again for every further request. Disposing of it cuts its connections.
 *
 * @param port Default: one that is free.
 */
export async function startStub(turns: readonly Turn[], port = 0): Promise<StubServer> {
  const requests: StubRequest[] = [];
  const server = createServer((incoming, response) => {
    void receive(incoming).then((request) => {
      requests.push(request);
      turns[Math.min(requests.length, turns.length) - 1]?.(request, response);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** A loopback port on which nothing listens: one that was free a moment ago. */
export async function unusedPort(): Promise<number> {
  await using stub = await startStub([]);
  return stub.port;
}

async function receive(incoming: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as {
    id: number;
    method: string;
    params: unknown;
  };
  return {
    path: incoming.url ?? "",
    headers: incoming.headers,
    clientPort: incoming.socket.remotePort ?? 0,
    ...body,
  };
}

/** A result as bitcoind from 28 on answers it. */
export function result(value: unknown): Turn {
  return ({ id }, response) => {
    response.end(JSON.stringify({ jsonrpc: "2.0", result: value, id }));
  };
}

/** An error as bitcoind from 28 on answers it: with HTTP status 200. */
export function rpcError(code: number, message: string): Turn {
  return ({ id }, response) => {
    response.end(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id }));
  };
}

/** An answer in the older shape: both fields, and errors with a status of their own. */
export function legacy(
  status: number,
  body: { result: unknown; error: { code: number; message: string } | null },
): Turn {
  return ({ id }, response) => {
    response.writeHead(status).end(JSON.stringify({ ...body, id }));
  };
}

/** An answer that is not JSON-RPC. */
export function http(status: number, text = "", contentType = "text/plain"): Turn {
  return (_request, response) => {
    response.writeHead(status, { "content-type": contentType }).end(text);
  };
}

/** No answer, over a connection that stays open. */
export const hang: Turn = () => undefined;

/** Closes the connection without an answer. */
export const cutLine: Turn = (_request, response) => {
  response.destroy();
};

/** Closes the connection in the middle of an answer. */
export const cutAnswer: Turn = ({ id }, response) => {
  response.writeHead(200, { "content-length": 1000 });
  response.write(`{"jsonrpc":"2.0","id":${id},"result":`, () => response.destroy());
};

/** Ends the last answer of a connection before its announced length. */
export const cutLastAnswer: Turn = (_request, response) => {
  response.socket?.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n{"id"');
};

/** Answers with bytes that are no HTTP. */
export const garbage: Turn = (_request, response) => {
  response.socket?.end("\u0000\u0001 not HTTP at all\r\n\r\n");
};
