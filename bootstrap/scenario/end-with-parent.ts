/**
 * A thread that ends its process, by force, when the process that started it is gone: the main thread may
 * be in a loop that never gives way. The parent holds the other end of standard input, which then closes.
 */
import { Socket } from "node:net";

new Socket({ fd: 0, readable: true })
  .on("error", () => undefined)
  .on("close", () => process.kill(process.pid, "SIGKILL"))
  .resume();
