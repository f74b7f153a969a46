/**
 * A shell in a node's container that replaces its datadir, told what to do over one connection. Files and signals by
 * the engine's own calls start a program on the engine's machine for each: 50 ms of CPU for a file, 13 ms for a signal.
 */
import type { Socket } from "node:net";

import { messageOf } from "../../base/message.ts";
import { waitFor } from "../../base/wait.ts";
import { engineError, isConflict } from "../../engine/engine-error.ts";
import { frames } from "../../engine/stream-frames.ts";
import type { NodeContainer } from "./stop-start.ts";

/**
 * Reads lines `VERB SECONDS VALUE`. Its answers end with a line `=VERB`, or with why there is none, `!REASON`, and the
 * shell. It ends when nobody is connected any more, or after the seconds that whoever was waits for. For what it does
 * with the entry point see images/bitcoind/entrypoint.sh.
 */
const script = `
datadir=$HOME/.bitcoin/regtest
fail() {
  echo "!$1"
  exit 1
}
# For 5 ms, by no program that would have to be started for it. It would swallow a line, but whoever is connected
# sends none before there is an answer; it ends with the connection.
listen() {
  read -r -t 0.005 nothing || if [ "$?" -eq 1 ]; then exit 1; fi
}
# Signals the entry point until it has done what it was asked for, which takes it some milliseconds. It does not hear
# what comes just while it starts bitcoind.
until_so() {
  left=$((seconds * 200))
  until "$1"; do
    if [ "$((left % 100))" -eq 0 ]; then kill -USR1 1; fi
    left=$((left - 1))
    if [ "$left" -lt 0 ]; then fail "nothing happened for $seconds s"; fi
    \${2:-listen}
  done
}
awaited() {
  if [ -e "$datadir/reset.awaited" ]; then return; fi
  # Another's reset was taken up: this one may not end bitcoind any more.
  if ! [ -e "$datadir/reset.tar" ]; then fail "somebody else reset the node meanwhile"; fi
  false
}
taken_up() { ! [ -e "$datadir/reset.whole" ] && ! [ -e "$datadir/reset.awaited" ]; }
while read -r verb seconds value; do
  case $verb in
    here) ;;
    features) grep -o 'feature: .*' /entrypoint.sh || true ;;
    put)
      # Of somebody who was interrupted when all was there: the entry point reads it.
      if [ -e "$datadir/reset.whole" ]; then until_so taken_up "sleep 0.005"; fi
      said=$(busybox dd status=none bs=65536 count="$value" iflag=fullblock,count_bytes of="$datadir/reset.tar" 2>&1) ||
        { rm -f "$datadir/reset.tar"; fail "the new datadir could not be written: $said"; } ;;
    end)
      # It is there when somebody else was interrupted a moment ago.
      if ! [ -e "$datadir/reset.awaited" ]; then until_so awaited; fi ;;
    begin)
      # Gone where bitcoind was not to wait any longer for somebody who was interrupted.
      if ! [ -e "$datadir/reset.tar" ]; then fail "the node was started meanwhile"; fi
      : > "$datadir/reset.whole"
      until_so taken_up ;;
    credentials) echo "$value" > "$HOME/.bitcoin/rpcauth" ;;
    look)
      for process in /proc/[0-9]*; do
        read -r line < "$process/stat" && case $line in "$$ "*) ;; *) echo "process $line" ;; esac
      done 2>/dev/null
      for file in /dev/shm/* /dev/shm/.[!.]* /dev/shm/..?* /dev/mqueue/*; do
        if [ -e "$file" ]; then echo "file $file"; fi
      done
      # Of routes not what the kernel has cached, as of an address that nobody answers at.
      for file in /etc/hosts /etc/hostname /etc/resolv.conf /proc/net/route; do
        while read -r line || [ -n "$line" ]; do echo "$file $line"; done < "$file"
      done
      ip addr
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
  static async open(
    { name, container }: NodeContainer,
    { timeout, signal }: Patience,
  ): Promise<ResetChannel | undefined> {
    let given: Promise<Socket | undefined> | undefined;
    try {
      const { socket } = await waitFor(
        async () => ({ socket: await (given = shellIn(container)) }),
        {
          what: `${name} to start a shell`,
          ...{ limitMs: timeout * 1000, tryLimitMs: Infinity, signal },
        },
      );
      return socket === undefined ? undefined : new ResetChannel(name, socket);
    } catch (error) {
      // It may come all the same.
      given?.then(
        (socket) => socket?.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  /** Whether it can be used: it ends with the container's run, which this process may not have heard of yet. */
  async answers({ timeout, signal }: Patience): Promise<boolean> {
    if (this.#broken) return false;
    try {
      await this.#ask("here", "", { timeout: Math.min(timeout, aliveSeconds), signal });
      return true;
    } catch {
      signal.throwIfAborted();
      return false;
    }
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
    verb: keyof typeof what,
    value: string,
    { timeout, signal }: Patience,
    content?: Buffer,
  ): Promise<string[]> {
    this.#socket.ref();
    try {
      const line = `${verb} ${Math.ceil(timeout)} ${value}\n`;
      return await waitFor(() => this.#answerTo(line, content), {
        what: `${this.#name} to ${what[verb]}`,
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
      if (content !== undefined) this.#socket.write(content);
      const { value } = await this.#answers.next();
      if (value !== undefined) return value;
    } catch (error) {
      throw new Error(`${this.#name}: ${ended}: ${messageOf(error)}`, { cause: error });
    }
    throw new Error(`${this.#name}: ${ended}`);
  }
}

const ended = "the shell in its container ended during a reset";

/** How long a shell that was used before may take to say that it is still there. */
const aliveSeconds = 10;

/** For the message of a wait. */
const what = {
  here: "answer in its shell",
  features: "tell what its entry point can do",
  put: "take its new datadir",
  end: "stop bitcoind and wait for its reset",
  begin: "take up its reset",
  credentials: "take its new credentials",
  look: "tell what runs in it",
} as const;

/** Undefined: the container does not run. */
async function shellIn(container: NodeContainer["container"]): Promise<Socket | undefined> {
  try {
    const exec = await container.exec({
      Cmd: ["sh", "-c", script],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    return (await exec.start({ hijack: true, stdin: true })) as unknown as Socket;
  } catch (error) {
    // The engine's answer when it does not run.
    if (isConflict(error)) return undefined;
    throw engineError(error);
  }
}

async function* answersOn(socket: Socket): AsyncGenerator<string[], void> {
  let text = "";
  let lines: string[] = [];
  for await (const { stream, data } of frames(socket)) {
    if (stream === "stderr") continue;
    text += data.toString("utf8");
    const whole = text.split("\n");
    text = whole.pop() ?? "";
    for (const line of whole) {
      if (line.startsWith("!")) throw new Error(line.slice(1));
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
  async of(node: NodeContainer, patience: Patience): Promise<ResetChannel | undefined> {
    const { id } = node.container;
    const known = this.#open.get(id);
    if ((await known?.answers(patience)) === true) return known;
    const channel = await ResetChannel.open(node, patience);
    if (channel !== undefined) this.#open.set(id, channel);
    return channel;
  }

  [Symbol.dispose](): void {
    for (const channel of this.#open.values()) channel.close();
    this.#open.clear();
  }
}
