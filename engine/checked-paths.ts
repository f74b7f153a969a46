import type Docker from "dockerode";

/** What an id or a name may hold, slashes of an image's name included. */
const plainPath = /^(?:\/[\w.:@+-]+)+$/;

interface Modem {
  dial(options: { readonly path: string }, done: (error: unknown, answer: unknown) => void): void;
}

/**
 * Has the client refuse an id that would make a path of its own, such as `../../x`, or an empty one. The client puts
 * ids into paths as they are, the engine answers such a path with a redirect, and the client's error of following that
 * reaches nobody and ends the process.
 */
export function withCheckedPaths(docker: Docker): Docker {
  const modem = docker.modem as Modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (options, done) => {
    const path = options.path.replace(/\?$/, "");
    const segments = path.split("/");
    if (plainPath.test(path) && !segments.includes(".") && !segments.includes("..")) {
      dial(options, done);
      return;
    }
    done(
      new Error(
        `"${path}" is not a valid path of the Docker Engine API: the id in it is malformed`,
      ),
      null,
    );
  };
  return docker;
}
