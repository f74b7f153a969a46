/** Whether the images that the configuration names are there to be had: a build would tell it late, and in many lines. */
import { engineError, statusCodeOf } from "../engine/engine-error.ts";
import { imageId } from "../bootstrap/snapshots/images.ts";
import { connectTo, type EngineInput } from "../engine/engine-input.ts";
import { registryAuth } from "../bootstrap/snapshots/share/registry-auth.ts";
import { debianImageName, externalImageName } from "../bootstrap/plan/image-names.ts";
import type { NetworkPlan } from "../bootstrap/plan/settings/network-plan.ts";

/** Milliseconds for asking a registry. One that takes longer is for the build to wait for. */
const registryLimitMs = 15_000;

/** An image that the configuration names. */
interface Named {
  readonly key: string;
  readonly reference: string;
  /** What is built from it: when that is there, it is not needed any more. */
  readonly built: string;
}

export interface NamingSettings extends Pick<NetworkPlan, "prefix" | "baseImage" | "nodes"> {
  /** The image that the first image is built on, whoever named it. */
  readonly base: string;
}

type Engine = Awaited<ReturnType<typeof connectTo>>;

/** A line for each image that neither the engine nor its registry has. Without an engine there is none: the claim tells that. */
export async function missingImages(
  settings: NamingSettings,
  engine: EngineInput | undefined,
): Promise<string[]> {
  const named = namedImages(settings);
  if (named.length === 0) return [];
  const docker = await connectTo({ engine }, new AbortController().signal).catch(() => undefined);
  if (docker === undefined) return [];
  const problems = await Promise.all(named.map((image) => problemOf(docker, image)));
  return problems.flatMap((problem) => problem ?? []);
}

function namedImages({ prefix, baseImage, base, nodes }: NamingSettings): Named[] {
  const debian = debianImageName(prefix, base);
  return [
    ...(baseImage === "" ? [] : [{ key: "baseImage", reference: baseImage, built: debian }]),
    ...nodes.flatMap(({ image }, index) => {
      if (image === "debian" || image.external === undefined) return [];
      const { external: reference } = image;
      const built = externalImageName(prefix, debian, reference);
      return [{ key: `nodes[${index}].image.external`, reference, built }];
    }),
  ];
}

async function problemOf(
  docker: Engine,
  { key, reference, built }: Named,
): Promise<string | undefined> {
  const there = await Promise.all([imageId(docker, reference), imageId(docker, built)]);
  if (there.some((id) => id !== undefined)) return undefined;
  const abortSignal = AbortSignal.timeout(registryLimitMs);
  try {
    const authconfig = await registryAuth(reference.replace(/[:@][^/]*$/, ""));
    await docker.getImage(reference).distribution({ authconfig, abortSignal });
    return undefined;
  } catch (error) {
    // Without an answer nothing is known.
    if (statusCodeOf(error) === undefined && abortSignal.aborted) return undefined;
    return (
      `${key}: ${JSON.stringify(reference)} is not on the engine, and its registry does not offer it ` +
      `(${engineError(error).message}); correct the name, or bring it to the engine with docker pull or docker load`
    );
  }
}
