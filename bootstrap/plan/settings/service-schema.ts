/** The keys of a service: what they mean, what is allowed, and what they are when nobody gives them. */
import * as z from "zod";

import { loopback } from "../../../engine/host.ts";
import { nodeNamePattern } from "../../nodes/node.ts";
import { hostChoice } from "./host-schema.ts";
import { isReference, referencePattern } from "./image-reference.ts";
import { freePort, memberNameAllowed, reservedNames } from "./node-schema.ts";
import { integer, matching, objectOf } from "./parts.ts";

/** With the nodes, they share a network whose members all know each other. */
export const mostServices = 50;

/** Of a path, in characters: Linux' own limit. */
const longestPath = 4_096;
/** Seconds: an hour. */
const longestTimeout = 3_600;

const texts = z.array(
  z.string("give a list of texts, the command and its arguments"),
  "give a list of texts, the command and its arguments",
);
const command = texts.min(1, "give a list of texts, the command and its arguments");

const pathAllowed = `give an absolute path without "..", of at most ${longestPath} characters`;
const pathPattern = /^(?!.*\/\.\.?(?:\/|$))(?:\/[^/\p{Cc}]+)+$/u;
const absolutePath = matching(pathPattern, pathAllowed).max(longestPath, pathAllowed);

const portNamePattern = /^[a-z][a-zA-Z0-9]{0,31}$/;
const containerPort = integer(1, 65535, "give a port from 1 to 65535");

const image = z.union(
  [
    z
      .string("give the reference of an image")
      .refine(isReference, "give the reference of an image")
      .meta({ pattern: referencePattern.source })
      .describe("Reference of the image; a digest pins it."),
    objectOf({
      build: matching(/^\P{Cc}+$/u, "give the path of a folder with a Dockerfile").describe(
        "A folder with a Dockerfile.",
      ),
      arguments: z
        .record(z.string(), z.string("give a text"), "give an object of texts")
        .default({})
        .describe("Build arguments."),
    }),
  ],
  "give the reference of an image, or an object with build",
);

const port = z.union(
  [
    containerPort.transform(
      (container) => ({ container, host: freePort, scheme: "http" }) as const,
    ),
    objectOf({
      container: containerPort,
      host: z
        .union(
          [containerPort, z.literal(freePort)],
          `give a port from 1 to 65535 on ${loopback}, or ${freePort}`,
        )
        .default(freePort),
      scheme: z.enum(["http", "https", "tcp"], "give http, https or tcp").default("http"),
    }),
  ],
  "give a port from 1 to 65535, or an object with container",
);

const ready = z.union(
  [
    objectOf({ port: z.string("give the name of one of its ports") }),
    objectOf({
      http: z.string("give the name of one of its ports"),
      path: matching(/^\/[\x21-\x7e]*$/, "give a path that begins with /").default("/"),
      contains: z.string("give a text").min(1, "give a text").optional(),
    }),
    objectOf({
      log: z
        .string("give a regular expression")
        .refine(isRegExp, "give a regular expression of JavaScript"),
    }),
    objectOf({ command }),
  ],
  "give an object with one of port, http, log and command",
);

export const serviceSchema = objectOf({
  name: matching(nodeNamePattern, memberNameAllowed)
    .refine((name) => !reservedNames.includes(name), memberNameAllowed)
    .meta({ not: { enum: reservedNames } })
    .describe("Host name, and name of the container (after prefix). None that a node has."),
  image: image.describe("What it is made from: an image, or the folder that one is built from."),
  host: hostChoice.describe(
    "Name of the host that it is on, or labels of one. Default: the first.",
  ),
  entrypoint: command.optional().describe("Default: the image's."),
  command: texts.default([]).describe("Default: the image's. May hold templates."),
  environment: z
    .record(
      matching(/^[A-Za-z_][A-Za-z0-9_]*$/, "give names of A-Z, a-z, 0-9 and _"),
      z.string("give a text"),
      "give an object of texts",
    )
    .default({})
    .describe("May hold templates. Credentials are safer in files."),
  files: z
    .record(absolutePath, z.string("give a text"), "give an object of texts")
    .default({})
    .describe(
      "Path in the container to content, which may hold templates; the place for credentials.",
    ),
  user: matching(/^[a-zA-Z0-9._-]+(:[a-zA-Z0-9._-]+)?$/, "give a user, or user:group")
    .optional()
    .describe("Default: the image's."),
  ports: z
    .record(
      matching(
        portNamePattern,
        "give names of at most 32 of a-z, A-Z and 0-9, a small letter first",
      ),
      port,
      "give an object of ports",
    )
    .default({})
    .describe(
      `Name to port in the container, or { container, host, scheme }, published on ${loopback}.`,
    ),
  follows: z
    .array(z.string("give the name of a node or service"), "give a list of names")
    .default([])
    .describe("Nodes and services that must be ready first, beside those that templates name."),
  state: z
    .array(absolutePath, "give a list of paths")
    .default([])
    .describe("Folders in the container that are kept in volumes, and in snapshots."),
  ready: ready.optional().describe("When it is ready. Default: when its container runs."),
  afterStart: command
    .optional()
    .describe(
      "Command in the container after each start, until its exit code is 0. May hold templates.",
    ),
  startTimeout: integer(1, longestTimeout)
    .optional()
    .describe("Seconds until it is ready, and for afterStart. Default: timeout."),
  stopTimeout: integer(1, longestTimeout)
    .default(10)
    .describe("Seconds that it gets to end before it is killed."),
  // Docker's own least.
  memory: integer(6, 1_048_576).optional().describe("Megabytes. Default: no limit."),
  cpus: z
    .number("give a number such as 0.5")
    .min(0.01, "give a number from 0.01 on")
    .max(1_024, "give a number up to 1024")
    .optional()
    .describe("Default: no limit."),
  confined: z
    .boolean("give true or false")
    .optional()
    .describe(
      "No capabilities, and a root file system that it can only read, but for /tmp, state and the folders of files.",
    ),
});

export type GivenService = z.output<typeof serviceSchema>;

export const servicesSchema = z
  .array(serviceSchema, `give a list of at most ${mostServices} services, each with name and image`)
  .max(mostServices, `give a list of at most ${mostServices} services, each with name and image`);

function isRegExp(text: string): boolean {
  try {
    new RegExp(text, "m");
    return true;
  } catch {
    return false;
  }
}
