/** Where nodes and services are drawn, in the pixels of the space that there is. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly height: number;
  /** Centres, in the order of the nodes. */
  readonly nodes: readonly Point[];
  readonly services: readonly Point[];
}

export const nodeSize = { width: 148, height: 76 };
export const serviceSize = { width: 132, height: 44 };

/** Nodes that are drawn around a circle; more stand in rows. */
const mostAround = 8;
const margin = 12;
const gap = { x: 36, y: 52 };

/** @param width in pixels, 240 or more */
export function layOut(width: number, nodes: number, services: number): Layout {
  const drawn = nodes <= mostAround && width >= 560 ? around(width, nodes) : inRows(width, nodes);
  const columns = Math.max(1, Math.floor((width - 2 * margin) / (serviceSize.width + 16)));
  const across = Math.min(columns, services);
  const left = (width - across * (serviceSize.width + 16) + 16) / 2;
  const points = Array.from({ length: services }, (_, index) => ({
    x: left + (index % columns) * (serviceSize.width + 16) + serviceSize.width / 2,
    y:
      drawn.height +
      24 +
      Math.floor(index / columns) * (serviceSize.height + 16) +
      serviceSize.height / 2,
  }));
  const rows = Math.ceil(services / columns);
  return {
    nodes: drawn.nodes,
    services: points,
    height: drawn.height + (rows === 0 ? 0 : rows * (serviceSize.height + 16) + 16),
  };
}

type Drawn = Pick<Layout, "height" | "nodes">;

/** Two beside each other, more around an ellipse, the first on the left. */
function around(width: number, count: number): Drawn {
  const tall = count <= 2 ? 0 : count <= 4 ? 78 : 118;
  const wide = Math.min((width - nodeSize.width) / 2 - margin, count <= 2 ? 190 : 280);
  const middle = { x: width / 2, y: margin + nodeSize.height / 2 + tall };
  const nodes = Array.from({ length: count }, (_, index) => {
    if (count === 1) return middle;
    const angle = Math.PI + (2 * Math.PI * index) / count;
    return { x: middle.x + wide * Math.cos(angle), y: middle.y + tall * Math.sin(angle) };
  });
  return { nodes, height: 2 * middle.y };
}

/** Every second row half a place to the side, so that connections are not hidden behind nodes. */
function inRows(width: number, count: number): Drawn {
  const step = nodeSize.width + gap.x;
  const columns = Math.max(1, Math.floor((width - 2 * margin + gap.x) / step));
  const shift = columns === 1 ? Math.min(40, (width - 2 * margin - nodeSize.width) / 2) : 0;
  const left = (width - Math.min(columns, count) * step + gap.x) / 2 + nodeSize.width / 2;
  const down = nodeSize.height + gap.y;
  const nodes = Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const side = row % 2 === 0 ? -1 : 1;
    return {
      x: left + (index % columns) * step + side * shift,
      y: margin + nodeSize.height / 2 + row * down,
    };
  });
  const rows = Math.ceil(count / columns);
  return { nodes, height: 2 * margin + rows * down - gap.y };
}
