/**
 * A shell in a node's container that replaces its datadir, told what to do over one connection. Files and signals by
 * the engine's own calls start a program on the engine's machine for each: 50 ms of CPU for a file, 13 ms for a signal.
 */
import { once } from "node:events";
import type { Socket } from "node:net";

import { messageOf } from "../../base/message.ts";
import { waitFor } from "../../base/wait.ts";
import { engineError, isConflict } from "../../engine/engine-error.ts";
import { frames } from "../../engine/stream-frames.ts";
import type { NodeContainer } from "./stop-start.ts";

/**
 * Reads a verb a line. Its answers end with a line `=VERB`. For what it does with the entry point see
 * images/bitcoind/entrypoint.sh.
 */
const script = `
datadir=$HOME/.bitcoin/regtest
# The entry point takes some milliseconds; each pause is longer than the one before.
until_so() {
  for pause in 0.002 0.004 0.008 0.016; do
    if "$@"; then return; fi
    sleep $pause
  done
  until "$@"; do sleep 0.03; done
}
gone() { ! [ -e "$1" ]; }
while read -r verb value; do
  case $verb in
    features) grep -o 'feature: .*' /entrypoint.sh || true ;;
    put) busybox dd bs=65536 count="$value" iflag=fullblock,count_bytes of="$datadir/reset.tar" 2>/dev/null || exit 1 ;;
    end)
      # It is there when somebody else was interrupted a moment ago.
      if ! [ -e "$datadir/reset.awaited" ]; then kill -USR1 1; fi
      until_so [ -e "$datadir/reset.awaited" ] ;;
    begin)
      : > "$datadir/reset.whole"
      kill -USR1 1
      until_so gone "$datadir/reset.whole" ;;
    credentials) echo "$value" > "$HOME/.bitcoin/rpcauth" ;;
    look)
      for process in /proc/[0-9]*; do
        read -r line < "$process/stat" && case $line in "$$ "*) ;; *) echo "process $line" ;; esac
      done 2>/dev/null
      for file in /dev/shm/* /dev/shm/.[!.]* /dev/shm/..?* /dev/mqueue/*; do
        if [ -e "$file" ]; then echo "file $file"; fi
      done
      busybox md5sum /etc/hosts /etc/hostname /etc/resolv.conf
      ip addr
      # Not what the kernel has cached of them, as of an address that nobody answers at.
      cat /proc/net/route
      ip rule ;;
  esac
  echo "=$verb"
done
`;

/** How long a verb may take. */
export interface Patience {
  /** Seconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

export class ResetChannel {
  readonly #name: string;
  readonly #socket: Socket;
  readonly #answers: AsyncGenerator<string[], void>;
  #broken = false;

  private constructor(name: string, socket: Socket) {
    this.#name = name;
    this.#socket = socket;
    this.#answers = answersOn(socket);
    // A network that nobody disposes of keeps no process.
    socket.unref();
    socket.on("error", () => {
      this.#broken = true;
    });
    socket.on("close", () => {
      this.#broken = true;
    });
  }

  /** Undefined: the container does not run. */
  static async open({ name, container }: NodeContainer): Promise<ResetChannel | undefined> {
    try {
      const exec = await container.exec({
        Cmd: ["sh", "-c", script],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      const socket = await exec.start({ hijack: true, stdin: true });
      return new ResetChannel(name, socket as unknown as Socket);
    } catch (error) {
      // The engine's answer when it does not run.
      if (isConflict(error)) return undefined;
      throw engineError(error);
    }
  }

  /** Whether it can be used: it ends with the container's run. */
  get isOpen(): boolean {
    return !this.#broken;
  }

  /** What the entry point can do beside resets. */
  async features(patience: Patience): Promise<string[]> {
    const lines = await this.#ask("features", "", patience);
    return lines.flatMap((line) => line.replace("feature: ", "").split(" "));
  }

  /** Writes the datadir that the node is to have beside that which it has. */
  async put(archive: Buffer, patience: Patience): Promise<void> {
    await this.#ask("put", String(archive.length), patience, archive);
  }

  /** Ends bitcoind. The entry point waits for a minute for {@link begin}. */
  async end(patience: Patience): Promise<void> {
    await this.#ask("end", "", patience);
  }

  /** Has the entry point replace the datadir and start bitcoind, which has no peers until it is connected. */
  async begin(patience: Patience): Promise<void> {
    await this.#ask("begin", "", patience);
  }

  /** @param auth a value of bitcoind's `-rpcauth`, instead of that in its arguments, from its next start on */
  async setCredentials(auth: string, patience: Patience): Promise<void> {
    await this.#ask("credentials", auth, patience);
  }

  /** A line for each process beside this shell, and for what else outlasts a reset in the container. */
  async look(patience: Patience): Promise<string[]> {
    return await this.#ask("look", "", patience);
  }

  close(): void {
    this.#broken = true;
    this.#socket.destroy();
  }

  async #ask(
    verb: string,
    value: string,
    { timeout, signal }: Patience,
    content?: Buffer,
  ): Promise<string[]> {
    this.#socket.ref();
    try {
      const asked = this.#answerTo(`${verb} ${value}\n`, content);
      return await waitFor(() => asked, {
        what: `${this.#name} to ${what[verb] ?? verb}`,
        ...{ limitMs: timeout * 1000, tryLimitMs: Infinity, signal },
      });
    } catch (error) {
      // What it answers later would be taken for another's answer.
      this.close();
      throw error;
    } finally {
      this.#socket.unref();
    }
  }

  async #answerTo(line: string, content?: Buffer): Promise<string[]> {
    try {
      this.#socket.write(line);
      if (content !== undefined && !this.#socket.write(content)) await once(this.#socket, "drain");
      const { value } = await this.#answers.next();
      if (value !== undefined) return value;
    } catch (error) {
      throw new Error(`${this.#name}: its container ended during a reset: ${messageOf(error)}`, {
        cause: error,
      });
    }
    throw new Error(`${this.#name}: its container ended during a reset`);
  }
}

/** For the message of a wait. */
const what: Readonly<Record<string, string>> = {
  put: "take its new datadir",
  end: "stop bitcoind and wait for its reset",
  begin: "take up its reset",
  credentials: "take its new credentials",
};

async function* answersOn(socket: Socket): AsyncGenerator<string[], void> {
  let text = "";
  let lines: string[] = [];
  for await (const { stream, data } of frames(socket)) {
    if (stream === "stderr") continue;
    text += data.toString("utf8");
    const whole = text.split("\n");
    text = whole.pop() ?? "";
    for (const line of whole) {
      if (!line.startsWith("=")) lines.push(line);
      else {
        yield lines;
        lines = [];
      }
    }
  }
}

/** The channels of a network, kept open between its resets. */
export class ResetChannels implements Disposable {
  readonly #open = new Map<string, ResetChannel>();

  /** Undefined: the container does not run. */
  async of(node: NodeContainer): Promise<ResetChannel | undefined> {
    const { id } = node.container;
    const known = this.#open.get(id);
    if (known?.isOpen === true) return known;
    const channel = await ResetChannel.open(node);
    if (channel !== undefined) this.#open.set(id, channel);
    return channel;
  }

  [Symbol.dispose](): void {
    for (const channel of this.#open.values()) channel.close();
    this.#open.clear();
  }
}
