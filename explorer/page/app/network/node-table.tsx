import { href } from "../data/route.ts";
import { count } from "../data/words.ts";
import { Amount } from "../parts/amount.tsx";
import { Hash } from "../parts/hash.tsx";
import { State } from "../parts/state.tsx";
import { nodeCondition } from "./condition.ts";
import type { NodeStatus } from "./types.ts";

/** Heights, mempools and balances, node by node. On a phone each row becomes a card. */
export function NodeTable({ nodes }: { readonly nodes: readonly NodeStatus[] }) {
  return (
    <table class="nodes" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {["Node", "State", "Height", "Tip", "Mempool", "Peers", "Balance"].map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {nodes.map((node) => (
          <Row key={node.name} node={node} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ node }: { readonly node: NodeStatus }) {
  const { name, role, host, height, tip, mempool, peers, wallets = [] } = node;
  const number = (value: number | undefined) => (value === undefined ? "–" : count(value));
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        {name} {role === "miner" && <span class="kind">miner</span>}{" "}
        {host !== undefined && <span class="what">on {host}</span>}
      </th>
      <td role="cell" data-name="State">
        <State {...nodeCondition(node)} />
      </td>
      <td role="cell" class="number" data-name="Height">
        {number(height)}
      </td>
      <td role="cell" data-name="Tip">
        {tip === undefined ? "–" : <Hash value={tip} of="block hash" to={href.block(tip)} bare />}
      </td>
      <td role="cell" class="number" data-name="Mempool">
        {number(mempool)}
      </td>
      <td role="cell" class="number" data-name="Peers">
        {number(peers)}
      </td>
      <td role="cell" class="number" data-name="Balance">
        {wallets.length === 0
          ? "–"
          : wallets.map((wallet) => (
              <Wallet key={wallet.name} of={wallet} named={wallets.length > 1} />
            ))}
      </td>
    </tr>
  );
}

interface WalletProps {
  readonly of: NonNullable<NodeStatus["wallets"]>[number];
  /** Whether its name is shown, where a node has several. */
  readonly named: boolean;
}

function Wallet({ of, named }: WalletProps) {
  const { name, spendable, immature, pending } = of;
  return (
    <div class="wallet">
      {named && <span class="what">{name} </span>}
      <Amount sat={spendable} />
      {Number(immature) > 0 && (
        <div class="what">
          <Amount sat={immature} unit={false} /> immature
        </div>
      )}
      {Number(pending) > 0 && (
        <div class="what">
          <Amount sat={pending} unit={false} /> pending
        </div>
      )}
    </div>
  );
}
