/**
 * The user at the other end of a connection within this machine. The Pulumi engine calls a plugin on a port of 127.0.0.1
 * without any credentials, so every user of the machine can; only the kernel knows who calls.
 */
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { endianness } from "node:os";

/** Decides of a connection whether it may be served. */
export type PeerCheck = (socket: Socket) => boolean;

/**
 * Lets in connections of this process's own user and of root. Where the kernel does not tell whose a connection is (not
 * Linux, or a sandbox without `/proc/net/tcp`), it lets in all.
 */
export async function peerCheck(): Promise<PeerCheck> {
  const own = process.getuid?.();
  if (own === undefined || (await uidOfOwnConnection()) !== own) return () => true;
  return (socket) => {
    const uid = peerUid(socket);
    return uid === own || uid === 0;
  };
}

/**
 * User id of the socket at the other end of a connection over IPv4 within this machine, in its network namespace;
 * `undefined` where the kernel knows of no such socket that is still open: to one that its owner has closed it gives
 * user id 0.
 */
export function peerUid({
  remoteAddress,
  remotePort,
  localAddress,
  localPort,
}: Socket): number | undefined {
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  if (localAddress === undefined || localPort === undefined) return undefined;
  // Its remote end is our local one.
  const ends = [
    [remoteAddress, remotePort],
    [localAddress, localPort],
  ] as const;
  for (const { file, prefix } of tables) {
    const [own, others] = ends.map(([address, port]) => prefix + inHex(address, port));
    for (const line of linesOf(file)) {
      // proc_net_tcp: "sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid …".
      const [, local, remote, state, , , , uid] = line.trim().split(/\s+/);
      if (local === own && remote === others && state === established) return Number(uid);
    }
  }
  return undefined;
}

const established = "01";
const littleEndian = endianness() === "LE";

/** A socket for IPv6 may be at the other end as well: it has its IPv4 address behind a prefix of three words. */
const tables = [
  { file: "/proc/net/tcp", prefix: "" },
  { file: "/proc/net/tcp6", prefix: `${"0".repeat(16)}${littleEndian ? "FFFF0000" : "0000FFFF"}` },
];

/** As the kernel prints it: the address as one number of the machine's byte order, the port as it is read. */
function inHex(address: string, port: number): string {
  const bytes = address.split(".").map(Number);
  const ordered = littleEndian ? bytes.toReversed() : bytes;
  const hex = ordered.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex}:${port.toString(16).padStart(4, "0")}`.toUpperCase();
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").slice(1);
  } catch {
    return [];
  }
}

/** What the kernel says of a connection that this process makes to itself. */
async function uidOfOwnConnection(): Promise<number | undefined> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  try {
    const [socket] = (await once(server, "connection")) as [Socket];
    const uid = peerUid(socket);
    socket.destroy();
    return uid;
  } finally {
    client.destroy();
    server.close();
  }
}
