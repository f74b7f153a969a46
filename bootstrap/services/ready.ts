/** Whether a service is ready, by what was declared of it. */
import { connect } from "node:net";

import type Docker from "dockerode";

import type { Pending } from "../../base/wait.ts";
import { messageOf } from "../../base/message.ts";
import { execIn } from "../../engine/exec.ts";
import { publishedAddresses } from "../../engine/published.ts";
import { logTail } from "../../engine/log.ts";
import type { Readiness, ServiceSpec } from "./service.ts";

/** Lines of a log that are searched: a service may write many before it is looked at. */
const searchedLines = 10_000;
/** Milliseconds that a connection must stay open: the engine's proxy takes one before it knows whether anybody listens. */
const staysOpenMs = 100;
/** Characters of an answer that are searched. */
const longestAnswer = 1024 * 1024;
/** Characters of an answer that an error shows. */
const shownAnswer = 200;

/** The ports of a container that runs, as the engine tells them. */
type Published = Docker.ContainerInspectInfo["NetworkSettings"]["Ports"];

/** Looks once. @returns true, or what was seen instead */
export async function isReady(
  container: Docker.Container,
  { ready, ports }: Pick<ServiceSpec, "ready" | "ports">,
  { State, NetworkSettings }: Docker.ContainerInspectInfo,
  signal: AbortSignal,
): Promise<true | Pending> {
  if (ready === undefined) return true;
  if ("log" in ready) return await hasLogged(container, ready.log, State.StartedAt);
  if ("command" in ready) {
    const { exitCode, output } = await execIn(container, ready.command);
    return exitCode === 0 || { pending: `exit code ${exitCode}, ${shown(output)}` };
  }
  const name = "port" in ready ? ready.port : ready.http;
  const port = ports.find((port) => port.name === name);
  const at = publishedAt(NetworkSettings.Ports, port?.container ?? 0);
  if (port === undefined || at === undefined) return { pending: `port ${name} is not published` };
  const address = (await publishedAddresses(container, [at]))(at);
  const [host = "", hostPort] = address.split(":");
  return "port" in ready
    ? await staysOpen(host, Number(hostPort), signal)
    : await answers(`${port.scheme}://${address}${ready.path}`, ready, signal);
}

/** Host port at which a port of the container is published. */
export function publishedAt(ports: Published, container: number): number | undefined {
  const found = (ports as Partial<Published>)[`${container}/tcp`]?.[0]?.HostPort;
  return found === undefined ? undefined : Number(found);
}

async function hasLogged(
  container: Docker.Container,
  pattern: string,
  started: string,
): Promise<true | Pending> {
  const log = await logTail(container, searchedLines, Math.floor(Date.parse(started) / 1_000));
  if (new RegExp(pattern, "m").test(log)) return true;
  const last = log.split("\n").at(-1) ?? "";
  return { pending: last === "" ? "it has written nothing" : `its last line: ${shown(last)}` };
}

async function staysOpen(host: string, port: number, signal: AbortSignal): Promise<true | Pending> {
  const { promise, resolve } = Promise.withResolvers<true | Pending>();
  const socket = connect({ host, port, signal });
  socket.setTimeout(staysOpenMs);
  socket.once("data", () => {
    resolve(true);
  });
  socket.once("timeout", () => {
    resolve(socket.connecting ? { pending: "no answer" } : true);
  });
  socket.once("error", (error) => {
    resolve({ pending: messageOf(error) });
  });
  socket.once("close", () => {
    resolve({ pending: `port ${port} on ${host} closes the connection` });
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

async function answers(
  url: string,
  { contains }: Extract<Readiness, { http: string }>,
  signal: AbortSignal,
): Promise<true | Pending> {
  // Few networks have such a service, and every process would load undici.
  const { httpAnswer } = await import("./http-answer.ts");
  try {
    const { status, text } = await httpAnswer(url, longestAnswer, signal);
    if (status < 400 && (contains === undefined || text.includes(contains))) return true;
    return { pending: `HTTP ${status}, ${shown(text)}` };
  } catch (error) {
    signal.throwIfAborted();
    return { pending: messageOf(error) };
  }
}

function shown(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > shownAnswer ? `${line.slice(0, shownAnswer)}…` : line || "nothing";
}
