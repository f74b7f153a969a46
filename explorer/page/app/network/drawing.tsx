import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { count, shortened } from "../data/words.ts";
import { connectionCondition, nodeCondition, serviceCondition } from "./condition.ts";
import { layOut, nodeSize, type Point, serviceSize } from "./layout.ts";
import { choose, isChosen, pairing, type Selection } from "./selection.ts";
import type { Connection, NodeStatus, ServiceStatus, Status } from "./types.ts";

/** The network: nodes, their connections, and the services beside them. Each part can be chosen. */
export function Drawing({ status, served }: { readonly status: Status; readonly served: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, []);
  const { nodes, services, connections } = status;
  const { height, ...places } = layOut(Math.max(240, width), nodes.length, services.length);
  const at = new Map(nodes.map(({ name }, index) => [name, places.nodes[index]] as const));
  return (
    <div ref={frame} class={pairing.value === undefined ? "drawing" : "drawing pairing"}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${Math.max(240, width)} ${height}`}
          role="group"
          aria-label="The network"
        >
          {connections.map((connection) => {
            const [a, b] = connection.nodes;
            const [from, to] = [at.get(a), at.get(b)];
            if (from === undefined || to === undefined) return null;
            return <Link key={`${a} ${b}`} of={connection} from={from} to={to} />;
          })}
          {nodes.map((node, index) => (
            <NodeBox
              key={node.name}
              node={node}
              at={places.nodes[index] ?? { x: 0, y: 0 }}
              isServed={node.name === served}
            />
          ))}
          {services.map((service, index) => (
            <ServiceBox
              key={service.name}
              service={service}
              at={places.services[index] ?? { x: 0, y: 0 }}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

interface PartProps {
  readonly of: Selection;
  readonly name: string;
  readonly kind: string;
  readonly children: ComponentChildren;
}

/** What can be chosen, by pointer or keyboard. */
function Part({ of, name, kind, children }: PartProps) {
  return (
    <g
      class={kind}
      role="button"
      tabindex={0}
      aria-label={name}
      aria-pressed={isChosen(of)}
      onClick={() => {
        choose(of);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(of);
      }}
    >
      {children}
    </g>
  );
}

interface LinkProps {
  readonly of: Connection;
  readonly from: Point;
  readonly to: Point;
}

function Link({ of, from, to }: LinkProps) {
  const [a, b] = of.nodes;
  const { text } = connectionCondition(of);
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const line = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  return (
    <Part of={{ kind: "link", a, b }} kind={`link ${of.state}`} name={`${a} and ${b}: ${text}`}>
      <line class="hit" {...line} />
      <line class="line" {...line} />
      {of.state === "connected" ? (
        <circle class="knot" cx={middle.x} cy={middle.y} r={5} />
      ) : (
        <g class="label">
          <rect x={middle.x - 34} y={middle.y - 11} width={68} height={22} rx={11} />
          <text x={middle.x} y={middle.y + 4} text-anchor="middle">
            {of.state}
          </text>{" "}
        </g>
      )}
    </Part>
  );
}

interface NodeProps {
  readonly node: NodeStatus;
  readonly at: Point;
  readonly isServed: boolean;
}

function NodeBox({ node, at, isServed }: NodeProps) {
  const { name, role, host, height } = node;
  const { tone, text } = nodeCondition(node);
  const { width, height: tall } = nodeSize;
  const [left, top] = [at.x - width / 2, at.y - tall / 2];
  const shown = height === undefined ? "–" : count(height);
  const on = host !== undefined && `on ${host}`;
  const seen = [name, role === "miner" && "miner", shown, text, isServed && "shown here", on];
  // In the order in which it is drawn, for those who say what they see.
  const title = seen.filter((part) => part !== false).join(", ");
  return (
    <Part of={{ kind: "node", name }} kind={`node ${tone}`} name={title}>
      <rect class="box" x={left} y={top} width={width} height={tall} rx={10} />
      {tone === "bad" ? (
        <path class="sign" d={`M${left + 18} ${top + 15}l6 6l-6 6l-6-6z`} />
      ) : (
        <circle class="sign" cx={left + 18} cy={top + 21} r={5} />
      )}
      {tone === "wait" && <path class="half" d={`M${left + 18} ${top + 16}a5 5 0 0 1 0 10z`} />}
      <text class="name" x={left + 31} y={top + 25}>
        {name.length > 14 ? shortened(name, 6) : name}
      </text>{" "}
      {role === "miner" && (
        <text class="role" x={left + width - 13} y={top + 25} text-anchor="end">
          miner
        </text>
      )}{" "}
      <text class="height" x={left + 13} y={top + 50}>
        {shown}
      </text>{" "}
      <text class="words" x={left + 13} y={top + 66}>
        {text}
      </text>{" "}
      {isServed && (
        <text class="role" x={left + width - 13} y={top + 50} text-anchor="end">
          shown here
        </text>
      )}{" "}
      {host !== undefined && (
        <text class="role" x={left + width - 13} y={top + 66} text-anchor="end">
          on {host.length > 10 ? shortened(host, 4) : host}
        </text>
      )}
    </Part>
  );
}

interface ServiceProps {
  readonly service: ServiceStatus;
  readonly at: Point;
}

function ServiceBox({ service, at }: ServiceProps) {
  const { name } = service;
  const { tone, text } = serviceCondition(service);
  const { width, height } = serviceSize;
  const [left, top] = [at.x - width / 2, at.y - height / 2];
  return (
    <Part of={{ kind: "service", name }} kind={`service ${tone}`} name={`Service ${name}: ${text}`}>
      <rect class="box" x={left} y={top} width={width} height={height} rx={6} />
      <text class="name" x={left + 12} y={top + 19}>
        {name.length > 16 ? shortened(name, 7) : name}
      </text>{" "}
      <text class="words" x={left + 12} y={top + 34}>
        {text}
      </text>{" "}
    </Part>
  );
}
