/**
 * A switch that joins this machine and networks apart from it. It is in a network of its own, with a firewall of its
 * own that is empty: what goes through it passes none of this machine's rules.
 */
import {
  ip,
  layCable,
  type Network,
  networkNamespace,
  plugName,
  randomAddresses,
  thisMachine,
} from "./network-namespace.ts";

export interface Switch {
  /** This machine's address on it. */
  readonly here: string;
  /** All addresses on it, as `ADDRESS/PREFIX`. */
  readonly subnet: string;
  /** Gives a network its place; up to 60 of them. */
  connect(network: Network): Promise<SwitchPort>;
}

export interface SwitchPort {
  readonly address: string;
  /** Whether something gets through. */
  set(state: "up" | "down"): Promise<void>;
}

export async function networkSwitch(undo: AsyncDisposableStack): Promise<Switch> {
  const network = await networkNamespace(undo);
  const bridge = "switch";
  await ip(network, "link", "add", bridge, "type", "bridge");
  await ip(network, "link", "set", bridge, "up");
  const [address, prefix] = [randomAddresses(6), 32 - 6];
  const name = plugName(network.pid);
  await layCable(
    { network: thisMachine, name, address: `${address(1)}/${prefix}` },
    { network, name: "port1", bridge },
  );
  undo.defer(() => ip(thisMachine, "link", "del", name));
  let last = 1;
  return {
    here: address(1),
    subnet: `${address(0)}/${prefix}`,
    async connect(other) {
      const number = (last += 1);
      const port = `port${number}`;
      const own = { network: other, name: "eth0", address: `${address(number)}/${prefix}` };
      await layCable({ network, name: port, bridge }, own);
      return {
        address: address(number),
        set: (state) => ip(network, "link", "set", port, state),
      };
    },
  };
}
