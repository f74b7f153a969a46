import type { ComponentChildren } from "preact";

import type { ActionName } from "../../protocol.ts";
import { act, activity } from "../data/actions.ts";
import { can } from "../data/network.ts";
import { href } from "../data/route.ts";
import { Hash } from "../parts/hash.tsx";
import { State } from "../parts/state.tsx";
import { Facts } from "../parts/view.tsx";
import { connectionCondition, isStopped, nodeCondition, serviceCondition } from "./condition.ts";
import { pairing, selection } from "./selection.ts";
import type { Connection, NodeStatus, ServiceStatus, Status } from "./types.ts";

/** Of the chosen node, service or connection, and what can be done with it. */
export function Details({ status }: { readonly status: Status }) {
  const chosen = selection.value;
  if (chosen === undefined) {
    return (
      <p class="hint">Choose a node, a connection or a service to see more and to act on it.</p>
    );
  }
  if (chosen.kind === "node") {
    const node = status.nodes.find(({ name }) => name === chosen.name);
    return node === undefined ? null : <NodeDetails node={node} status={status} />;
  }
  if (chosen.kind === "service") {
    const service = status.services.find(({ name }) => name === chosen.name);
    return service === undefined ? null : <ServiceDetails service={service} />;
  }
  return <LinkDetails a={chosen.a} b={chosen.b} connections={status.connections} />;
}

function Box({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="details" role="region" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

interface DoProps {
  readonly action: ActionName;
  readonly text: string;
  readonly run: () => Promise<unknown>;
}

/** A button for an action, where it can be asked for. */
function Do({ action, text, run }: DoProps) {
  if (!can(action)) return null;
  return (
    <button
      type="button"
      class="button"
      disabled={activity.value?.state === "running"}
      onClick={() => void run()}
    >
      {text}
    </button>
  );
}

/** What can be done with a container. */
function Container({ of }: { readonly of: { readonly name: string; readonly state: string } }) {
  const { name, state } = of;
  const args = { name };
  if (state === "gone") return null;
  if (state === "paused") {
    return (
      <Do action="unpause" text="Continue" run={() => act(`Continue ${name}`, "unpause", args)} />
    );
  }
  if (isStopped(of)) {
    return <Do action="start" text="Start" run={() => act(`Start ${name}`, "start", args)} />;
  }
  return (
    <>
      <Do action="stop" text="Stop" run={() => act(`Stop ${name}`, "stop", args)} />
      <Do action="restart" text="Restart" run={() => act(`Restart ${name}`, "restart", args)} />
      <Do action="pause" text="Pause" run={() => act(`Pause ${name}`, "pause", args)} />
    </>
  );
}

function onHost({ host }: Pick<NodeStatus, "host">): (readonly [string, string])[] {
  return host === undefined ? [] : [["Host", host]];
}

function NodeDetails({ node, status }: { readonly node: NodeStatus; readonly status: Status }) {
  const { name, role, tip, problem, version, endpoint, mockTime, ports } = node;
  const { tone, text } = nodeCondition(node);
  return (
    <Box title={name}>
      {problem !== undefined && <p class="note bad">{problem}</p>}
      <Facts
        of={[
          ["State", <State key="state" tone={tone} text={text} />],
          ["Role", role ?? "node"],
          ...onHost(node),
          ...(tip === undefined
            ? []
            : [
                [
                  "Tip",
                  <Hash key="tip" value={tip} of="block hash" to={href.block(tip)} />,
                ] as const,
              ]),
          ["RPC", <code key="rpc">{endpoint}</code>],
          ...Object.entries(ports).map(
            ([port, url]) => [port, <code key={port}>{url}</code>] as const,
          ),
          ...(version === undefined ? [] : [["Version", version] as const]),
          ["Clock", mockTime === undefined ? "The present" : `Stands at ${mockTime}`],
        ]}
      />
      <div class="buttons">
        <Container of={node} />
        {status.nodes.length > 1 && (can("connect") || can("disconnect")) && (
          <button
            type="button"
            class="button"
            aria-pressed={pairing.value === name}
            onClick={() => {
              pairing.value = pairing.value === name ? undefined : name;
            }}
          >
            {pairing.value === name ? "Now choose the other node" : "Connection with …"}
          </button>
        )}
      </div>
    </Box>
  );
}

function ServiceDetails({ service }: { readonly service: ServiceStatus }) {
  const { tone, text } = serviceCondition(service);
  return (
    <Box title={service.name}>
      <Facts
        of={[
          ["State", <State key="state" tone={tone} text={text} />],
          ...onHost(service),
          ["Container", <code key="container">{service.container}</code>],
          ...Object.entries(service.ports).map(
            ([port, url]) => [port, <code key={port}>{url}</code>] as const,
          ),
        ]}
      />
      <div class="buttons">
        <Container of={service} />
      </div>
    </Box>
  );
}

interface LinkDetailsProps {
  readonly a: string;
  readonly b: string;
  readonly connections: readonly Connection[];
}

function LinkDetails({ a, b, connections }: LinkDetailsProps) {
  const connection = connections.find(({ nodes }) => nodes.includes(a) && nodes.includes(b));
  const condition = connection === undefined ? undefined : connectionCondition(connection);
  const state = connection?.state;
  const dialledBy = connection?.dialledBy ?? [];
  return (
    <Box title={`${a} and ${b}`}>
      <Facts
        of={[
          [
            "State",
            condition === undefined ? (
              "not connected"
            ) : (
              <State key="state" tone={condition.tone} text={condition.text} />
            ),
          ],
          ["Declared", connection?.declared === true ? "yes" : "no"],
          ...(dialledBy.length === 0 ? [] : [["Opened by", dialledBy.join(" and ")] as const]),
        ]}
      />
      <div class="buttons">
        {state !== "connected" && (
          <Do
            action="connect"
            text="Connect"
            run={() => act(`Connect ${a} and ${b}`, "connect", { a, b })}
          />
        )}
        {state !== undefined && state !== "cut" && (
          <Do
            action="disconnect"
            text="Disconnect"
            run={() => act(`Disconnect ${a} and ${b}`, "disconnect", { a, b })}
          />
        )}
      </div>
    </Box>
  );
}
