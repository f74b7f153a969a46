/** One form for each action that has arguments. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

import type { ActionName, Actions } from "../../protocol.ts";
import { act } from "../data/actions.ts";
import { network } from "../data/network.ts";
import { count, counted } from "../data/words.ts";
import { Choice, Field, Form } from "./fields.tsx";

export interface ActionFormProps {
  readonly onClose: () => void;
}

interface DoFormProps<N extends ActionName> extends ActionFormProps {
  readonly name: N;
  readonly submit: string;
  readonly dangerous?: boolean;
  /** What is done, and with what, of the values of the fields. */
  readonly read: (value: (name: string) => string) => readonly [title: string, args: Actions[N]];
  readonly children: ComponentChildren;
}

/** Closes when it is sent: what comes of it is shown beside the page's other parts. */
function DoForm<N extends ActionName>(props: DoFormProps<N>) {
  const { name, submit, dangerous = false, read, onClose, children } = props;
  return (
    <Form
      submit={submit}
      dangerous={dangerous}
      onCancel={onClose}
      onSubmit={(value) => {
        const [title, args] = read(value);
        onClose();
        void act(title, name, args);
      }}
    >
      {children}
    </Form>
  );
}

function MineForm({ onClose }: ActionFormProps) {
  return (
    <DoForm
      name="mine"
      submit="Mine"
      onClose={onClose}
      read={(value) => {
        const [blocks, to] = [Number(value("blocks")), value("to")];
        const paid = to === "" ? {} : { to };
        return [`Mine ${counted(blocks, "block")}`, { blocks, ...paid }];
      }}
    >
      <Field name="blocks" label="Blocks" type="number" min={1} max={10_000} value="1" autofocus />
      <Field
        name="to"
        label="Pay the coinbases to"
        hint="An address, or the label of one. Left empty: the miner."
        optional
      />
    </DoForm>
  );
}

function FundForm({ onClose }: ActionFormProps) {
  return (
    <DoForm
      name="fund"
      submit="Pay"
      onClose={onClose}
      read={(value) => {
        const [to, amount, text] = [value("to"), value("amount"), value("confirmations")];
        const deep = text === "" ? {} : { confirmations: Number(text) };
        return [`Pay ${amount} BTC to ${to}`, { to, amount, ...deep }];
      }}
    >
      <Field name="to" label="To" hint="An address, or the label of one." autofocus />
      <Field name="amount" label="Amount in BTC" value="1" />
      <Field
        name="confirmations"
        label="Confirmations"
        type="number"
        min={0}
        max={1_000}
        hint="Blocks that are mined after it. 0 leaves it in the mempool."
        value="0"
      />
    </DoForm>
  );
}

function ReorgForm({ onClose }: ActionFormProps) {
  return (
    <DoForm
      name="reorg"
      submit="Reorganize"
      onClose={onClose}
      read={(value) => {
        const depth = Number(value("depth"));
        return [`Reorganize ${counted(depth, "block")}`, { depth }];
      }}
    >
      <Field
        name="depth"
        label="Depth in blocks"
        type="number"
        min={1}
        max={10_000}
        value="1"
        hint="That many blocks leave the chain, and one more comes in their place."
        autofocus
      />
    </DoForm>
  );
}

function TimeForm({ onClose }: ActionFormProps) {
  const [action, setAction] = useState("advance");
  return (
    <DoForm
      name="time"
      submit="Set"
      onClose={onClose}
      read={(value) => {
        const to = value("to");
        if (action === "present") return ["Return the clocks to the present", { action }];
        if (action === "set") return [`Set the clocks to ${to}`, { action, to }];
        return [`Advance the clocks by ${to}`, { action: "advance", to }];
      }}
    >
      <Choice
        name="action"
        label="The nodes' clocks"
        value={action}
        onChange={setAction}
        options={[
          ["advance", "Advance by"],
          ["set", "Set to"],
          ["present", "Return to the present"],
        ]}
      />
      {action === "advance" && (
        <Field
          key="advance"
          name="to"
          label="By"
          value="2h"
          hint="Seconds, or such as 10m, 2h, 3d."
        />
      )}
      {action === "set" && (
        <Field
          key="set"
          name="to"
          label="To"
          value="2030-01-01T12:00:00Z"
          hint="A date, a time with its offset, or seconds since 1970."
        />
      )}
    </DoForm>
  );
}

function PartitionForm({ onClose }: ActionFormProps) {
  const nodes = network.value?.status.nodes ?? [];
  const names = ["A", "B", "C", "D"].slice(0, Math.max(2, Math.min(4, nodes.length)));
  return (
    <DoForm
      name="partition"
      submit="Partition"
      onClose={onClose}
      read={(value) => {
        const groups = names
          .map((group) =>
            nodes.filter(({ name }) => value(`group-${name}`) === group).map(({ name }) => name),
          )
          .filter((group) => group.length > 0);
        const text = groups.map((group) => group.join(", ")).join(" | ");
        return [`Partition ${text}`, { groups }];
      }}
    >
      <p class="lead">Nodes of different groups lose their connections until they are joined.</p>
      {nodes.map(({ name }, index) => (
        <Choice
          key={name}
          name={`group-${name}`}
          label={name}
          value={index === nodes.length - 1 ? "B" : "A"}
          options={names.map((group) => [group, `Group ${group}`] as const)}
        />
      ))}
    </DoForm>
  );
}

function SnapshotForm({ onClose }: ActionFormProps) {
  return (
    <DoForm
      name="snapshot"
      submit="Take"
      onClose={onClose}
      read={(value) => [`Take the snapshot ${value("name")}`, { name: value("name") }]}
    >
      <p class="lead">The nodes stop for about a second while it is taken.</p>
      <Field name="name" label="Name" hint="Lower-case letters, digits and dashes." autofocus />
    </DoForm>
  );
}

function ResetForm({ onClose }: ActionFormProps) {
  const [to, setTo] = useState("");
  const status = network.value?.status;
  const own = status?.declared?.height;
  const snapshots = status?.snapshots.filter(({ goesWithStack }) => !goesWithStack) ?? [];
  const target = to === "" ? own : snapshots.find(({ name }) => name === to)?.height;
  const height = status?.height ?? undefined;
  const waiting = Math.max(0, ...(status?.nodes.map(({ mempool = 0 }) => mempool) ?? []));
  const blocks = target === undefined || height === undefined ? 0 : Math.max(0, height - target);
  return (
    <DoForm
      name="reset"
      submit="Reset"
      dangerous
      onClose={onClose}
      read={() => [to === "" ? "Reset" : `Reset to ${to}`, to === "" ? {} : { to }]}
    >
      {snapshots.length > 0 && (
        <Choice
          name="to"
          label="To the snapshot"
          value={to}
          onChange={setTo}
          options={[
            ["", own === undefined ? "its own" : `its own, height ${count(own)}`],
            ...snapshots.map(
              ({ name, height }) => [name, `${name}, height ${count(height)}`] as const,
            ),
          ]}
        />
      )}
      <div class="note bad">
        <p>All nodes go back to the snapshot. This is lost for good:</p>
        <ul>
          <li>
            {blocks > 0
              ? `${counted(blocks, "block")} above height ${count(target ?? 0)}`
              : "every block that the snapshot does not have"}
          </li>
          <li>
            {waiting > 0
              ? `${counted(waiting, "transaction")} in the mempools`
              : "what comes into the mempools until then"}
          </li>
          <li>addresses, labels and payments that the wallets got since</li>
          <li>the time that the clocks were set to, and cut connections</li>
        </ul>
      </div>
    </DoForm>
  );
}

export interface ActionForm {
  readonly action: ActionName;
  /** On its button. */
  readonly text: string;
  /** Above its form. */
  readonly title: string;
  readonly Form: (props: ActionFormProps) => JSX.Element;
}

export const forms: readonly ActionForm[] = [
  { action: "mine", text: "Mine", title: "Mine blocks", Form: MineForm },
  { action: "fund", text: "Pay", title: "Pay an address", Form: FundForm },
  { action: "reorg", text: "Reorganize", title: "Reorganize the chain", Form: ReorgForm },
  { action: "time", text: "Time", title: "Set the clocks", Form: TimeForm },
  { action: "partition", text: "Partition", title: "Partition the network", Form: PartitionForm },
  { action: "snapshot", text: "Snapshot", title: "Take a snapshot", Form: SnapshotForm },
  { action: "reset", text: "Reset", title: "Reset the network?", Form: ResetForm },
];
