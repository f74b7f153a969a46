import { getJson, useLive } from "../data/api.ts";
import type { BlockJson } from "../data/esplora.ts";
import { chain } from "../data/network.ts";
import { href } from "../data/route.ts";
import { bytes, count, counted } from "../data/words.ts";
import { Hash } from "../parts/hash.tsx";
import { Shown } from "../parts/loaded.tsx";
import { Pages } from "../parts/pages.tsx";
import { Time } from "../parts/time.tsx";
import { View } from "../parts/view.tsx";

/** Blocks in one answer of the API. */
const perPage = 10;

/** All blocks, ten at a time, from one height down. */
export function BlocksView({ from }: { readonly from: number | undefined }) {
  const tip = chain.value?.height;
  const start = from ?? tip;
  const loaded = useLive(`blocks ${from ?? "tip"}`, (signal) =>
    getJson<BlockJson[]>(`/blocks/${from ?? ""}`, signal),
  );
  return (
    <View title="Blocks" name="Blocks">
      <Shown of={loaded} missing={`There is no block at height ${start ?? ""}.`}>
        {(blocks) => (
          <ul class="rows blocks">
            {blocks.map(({ id, height, timestamp, tx_count, size }) => (
              <li key={id}>
                <a class="height" href={href.block(id)}>
                  {count(height)}
                </a>
                <Hash value={id} of="block hash" to={href.block(id)} />
                <span class="what">{counted(tx_count, "transaction")}</span>
                <span class="what">{bytes(size)}</span>
                <Time seconds={timestamp} brief />
              </li>
            ))}
          </ul>
        )}
      </Shown>
      {start !== undefined && tip !== undefined && (
        <Pages
          newer={start < tip ? href.blocks(Math.min(start + perPage, tip)) : undefined}
          older={start >= perPage ? href.blocks(start - perPage) : undefined}
          text={`${count(Math.max(0, start - perPage + 1))} to ${count(start)} of ${count(tip)}`}
        />
      )}
    </View>
  );
}
