/** A stack's state as its file has it, where the backend is a folder: what the CLI exports, without starting it. */
import { recordedState } from "../provider/regtest/state-file.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { passphraseSecrets } from "./passphrase-secrets.ts";
import { stackPlace } from "./stack-place.ts";
import type { Exported } from "./stack-state.ts";

export interface RecordedState {
  readonly exported: Exported;
  readonly decrypt: (ciphertext: string) => string;
}

/** Undefined where only the CLI knows: of another backend or secrets provider, or see {@link recordedState}. */
export async function stateInFile(
  environment: Environment,
  stack: string,
): Promise<RecordedState | undefined> {
  const place = await stackPlace(environment, stack);
  const deployment = place && (await recordedState(place));
  const { type, state } = deployment?.secrets_providers ?? {};
  if (deployment === undefined || type !== "passphrase" || state?.salt === undefined)
    return undefined;
  const decrypt = await passphraseSecrets(environment.env, state.salt);
  return decrypt && { exported: { deployment }, decrypt };
}
