/** Snapshots without a network behind them, and archives of them as engines write them. */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";

import { pack } from "tar-stream";

import { manifestLabel, manifestLabelNames } from "../../bootstrap/snapshots/manifest.ts";
import type { Manifest } from "../../bootstrap/snapshots/manifest-schema.ts";
import { snapshotReference } from "../../bootstrap/snapshots/names.ts";
import { label, stackLabels } from "../../engine/labels.ts";

export interface MadeImage {
  readonly reference: string;
  readonly labels: Record<string, string>;
  /** What its configuration says beside labels. Default: {@link imageConfig}. */
  readonly config?: object;
  /** Tar archives, lowest first. */
  readonly layers: readonly Buffer[];
}

/** As the images of nodes have it. */
export const imageConfig = {
  Entrypoint: ["/entrypoint.sh"],
  User: "bitcoin",
  WorkingDir: "/home/bitcoin",
  Env: ["PATH=/usr/bin", "HOME=/home/bitcoin"],
};

const zeros = "0".repeat(64);

/** The text of a symbolic link instead of a file's bytes. */
export interface Link {
  readonly to: string;
}

export type Files = Record<string, Buffer | Link>;

/** The images of a snapshot whose nodes hold `content`; another content is another snapshot. */
export async function madeSnapshot(
  name: string,
  content: string,
  nodes: readonly string[] = ["alice", "miner"],
): Promise<MadeImage[]> {
  const base = await tarOf({ "base.txt": Buffer.from("what all nodes have") });
  const manifest = signedManifest({
    format: 1,
    snapshot: name,
    chain: "regtest",
    created: "2026-01-01T00:00:00.000Z",
    nodes: nodes.map((node) => ({
      name: node,
      role: "peer",
      version: 290400,
      arguments: [],
      baseImage: `sha256:${sha256(Buffer.from(content))}`,
      addresses: {},
    })),
    connect: [],
    facts: {
      height: 0,
      ...{ tip: zeros, muhash: zeros },
      wallets: Object.fromEntries(nodes.map((node) => [node, {}])),
      peers: Object.fromEntries(nodes.map((node) => [node, []])),
    },
    funded: [],
  });
  return await Promise.all(
    nodes.map(async (node) => ({
      reference: snapshotReference(name, node),
      labels: {
        ...stackLabels("", "elsewhere", "named-snapshot"),
        [label.takenOf]: "0123456789abcdef",
        [label.node]: node,
        [label.snapshot]: name,
        ...manifest,
      },
      layers: [base, await tarOf({ "node.txt": Buffer.from(`${content} of ${node}`) })],
    })),
  );
}

/** The labels that carry a manifest, whatever is in it. */
export function signedManifest(manifest: Manifest): Record<string, string> {
  const text = JSON.stringify(manifest);
  const digest = sha256(Buffer.from(text));
  return Object.fromEntries(
    manifestLabelNames.map((name) => [name, name === manifestLabel ? text : digest]),
  );
}

/** The files of `docker save`: up to engine 24, and the OCI layout of later ones. */
export function savedFiles(images: readonly MadeImage[], layout: "classic" | "oci"): Files {
  const files: Files = {};
  const blob = (content: Buffer): string => {
    const name = `blobs/sha256/${sha256(content)}`;
    files[name] = content;
    return name;
  };
  const firstPlace = new Map<string, string>();
  const listed = images.map(({ reference, labels, config: own = imageConfig, layers }, index) => {
    const config = jsonOf({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: { ...own, Labels: labels },
      rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    });
    const Layers = layers.map((layer, depth) => {
      if (layout === "oci") return blob(layer);
      const name = `${index}${depth}/layer.tar`;
      const first = firstPlace.get(sha256(layer));
      files[name] = first === undefined ? layer : { to: `../${first}` };
      firstPlace.set(sha256(layer), first ?? name);
      return name;
    });
    const Config = layout === "oci" ? blob(config) : `${sha256(config)}.json`;
    files[Config] = config;
    const manifest = jsonOf({
      schemaVersion: 2,
      config: { digest: `sha256:${sha256(config)}`, size: config.length },
    });
    return { Config, RepoTags: [reference], Layers, manifest };
  });
  if (layout === "oci") {
    const manifests = listed.map(({ manifest }) => ({
      digest: `sha256:${sha256(manifest)}`,
      size: manifest.length,
    }));
    for (const { manifest } of listed) blob(manifest);
    files["index.json"] = jsonOf({ schemaVersion: 2, manifests });
    files["oci-layout"] = jsonOf({ imageLayoutVersion: "1.0.0" });
  }
  files["manifest.json"] = jsonOf(
    listed.map(({ Config, RepoTags, Layers }) => ({ Config, RepoTags, Layers })),
  );
  return files;
}

export async function tarOf(files: Files): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    if ("to" in content) archive.entry({ name, type: "symlink", linkname: content.to });
    else archive.entry({ name, mtime: new Date(0) }, content);
  }
  archive.finalize();
  return await buffer(archive);
}

function jsonOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
