import { Icon } from "../parts/icon.tsx";
import { bytes, count, utc } from "../data/words.ts";
import type { Status } from "./types.ts";

export function Snapshots({ of }: { readonly of: Status["snapshots"] }) {
  if (of.length === 0) {
    return <p class="note">There is none yet. A reset needs one.</p>;
  }
  return (
    <ul class="rows snapshots">
      {of.map(({ name, height, created, bytes: size, goesWithStack }) => (
        <li key={name}>
          <strong>{name}</strong>
          <span class="what">height {count(height)}</span>
          <span class="what">{utc(Date.parse(created) / 1_000).slice(0, 16)}</span>
          <span class="what">{bytes(size)}</span>
          <span class="what">{goesWithStack ? "goes with the stack" : "kept"}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is not as declared. */
export function Drift({ of: { drift, byHand } }: { readonly of: Status }) {
  if (drift.length === 0) return null;
  return (
    <div class="drift" role="region" aria-label="Not as declared">
      <h3>
        <Icon name="warning" /> Not as declared
      </h3>
      <ul>
        {drift.map((line) => (
          <li key={line}>
            {line}
            {byHand.includes(line) && <span class="what"> (no update fixes this)</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function OtherPeers({ of }: { readonly of: Status["otherPeers"] }) {
  if (of.length === 0) return null;
  return (
    <p class="note">
      Peers from outside:{" "}
      {of.map(({ node, agent, address }) => `${agent} (${address}) at ${node}`).join("; ")}
    </p>
  );
}
