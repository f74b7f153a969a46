/** The tables of a status: what they show, and what of it where there is less room. */
import { printableLine } from "../../base/printable.ts";
import { age } from "./age.ts";
import { type Column, fitted, nameColumn } from "./columns.ts";
import { shortState } from "./drawing.ts";
import type { Paint } from "./paint.ts";
import type { NodeStatus, SnapshotStatus } from "../../bootstrap/status/report.ts";

/** One line for each node. */
export function nodeTable(nodes: readonly NodeStatus[], width: number, paint: Paint): string[] {
  const text = (value: number | undefined): string => (value === undefined ? "-" : String(value));
  const named = (most?: number): Column<NodeStatus> => nameColumn("node", most);
  const host: Column<NodeStatus>[] = nodes.some((node) => node.host !== undefined)
    ? [{ title: "host", cell: (node) => node.host ?? "" }]
    : [];
  const known: Column<NodeStatus>[] = [
    ...host,
    {
      title: "state",
      cell: (node) => paint(node.height === undefined ? "red" : "green", shortState(node)),
    },
    {
      title: "height",
      right: true,
      cell: ({ height, behind = 0, forkedAt }) => {
        const marks = [
          ...(behind > 0 ? [`-${behind}`] : []),
          ...(forkedAt === undefined ? [] : ["fork"]),
        ];
        return marks.length > 0
          ? paint("yellow", `${text(height)} (${marks.join(", ")})`)
          : text(height);
      },
    },
  ];
  const tip = (length: number): Column<NodeStatus> => ({
    title: "tip",
    cell: ({ tip }) => tip?.slice(0, length) ?? "-",
  });
  const counts: Column<NodeStatus>[] = [
    { title: "peers", right: true, cell: ({ peers }) => text(peers) },
    { title: "mempool", right: true, cell: ({ mempool }) => text(mempool) },
  ];
  const endpoint = (short: (url: string) => string): Column<NodeStatus> => ({
    title: "endpoint",
    cell: ({ endpoint }) => short(endpoint),
  });
  const whole = endpoint((url) => url);
  const port = endpoint((url) => `:${new URL(url).port}`);
  return fitted(
    nodes,
    [
      ...[64, 16, 8].map((length) => [named(), ...known, tip(length), ...counts, whole]),
      [named(), ...known, tip(8), ...counts, endpoint((url) => new URL(url).host)],
      [named(), ...known, tip(8), ...counts, port],
      [named(16), ...known, tip(6), ...counts, port],
      [named(8), ...known, ...counts, port],
    ],
    width,
    paint,
  );
}

interface WalletRow {
  readonly name: string;
  readonly spendable: string;
  readonly immature: string;
  readonly pending: string;
}

/** One line for each wallet that is loaded, in BTC; a column of nothing but zeros is left out. */
export function walletTable(nodes: readonly NodeStatus[], width: number, paint: Paint): string[] {
  const rows = nodes.flatMap((node) =>
    (node.wallets ?? []).map((wallet): WalletRow => {
      // Anybody may have made a wallet, with any name.
      const name =
        wallet.name === node.name ? node.name : `${node.name}/${printableLine(wallet.name)}`;
      return { ...wallet, name };
    }),
  );
  if (rows.length === 0) return [];
  const amount = (title: keyof WalletRow): Column<WalletRow> => ({
    title,
    right: true,
    cell: (row) => (isZero(row[title]) && title !== "spendable" ? "" : row[title]),
  });
  const more = (["immature", "pending"] as const).filter((title) =>
    rows.some((row) => !isZero(row[title])),
  );
  const columns = [amount("spendable"), ...more.map(amount)];
  const named = (most?: number): Column<WalletRow> => nameColumn("wallet", most);
  return fitted(
    rows,
    [undefined, 24, 12].map((most) => [named(most), ...columns]),
    width,
    paint,
  );
}

export function snapshotTable(
  snapshots: readonly SnapshotStatus[],
  now: number,
  width: number,
  paint: Paint,
): string[] {
  if (snapshots.length === 0) return [];
  const named = (most?: number): Column<SnapshotStatus> => nameColumn("snapshot", most);
  const columns: Column<SnapshotStatus>[] = [
    { title: "height", right: true, cell: ({ height }) => String(height) },
    { title: "MB", right: true, cell: ({ bytes }) => (bytes / 1_000_000).toFixed(1) },
    { title: "taken", cell: ({ created }) => age(now - Date.parse(created)) },
  ];
  const kept: Column<SnapshotStatus> = {
    title: "",
    cell: ({ goesWithStack }) => (goesWithStack ? "goes with the stack" : "stays"),
  };
  return fitted(
    snapshots,
    [
      [named(), ...columns, kept],
      [named(), ...columns],
      [named(24), ...columns],
    ],
    width,
    paint,
  );
}

function isZero(amount: string): boolean {
  return /^0\.0*$/.test(amount);
}
