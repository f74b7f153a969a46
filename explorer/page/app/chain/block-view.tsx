import { useState } from "preact/hooks";

import { getJson, useLive } from "../data/api.ts";
import type { BlockJson, TransactionJson } from "../data/esplora.ts";
import { chain } from "../data/network.ts";
import { href } from "../data/route.ts";
import { bytes, count, counted } from "../data/words.ts";
import { Hash } from "../parts/hash.tsx";
import { Shown } from "../parts/loaded.tsx";
import { NumberedPages } from "../parts/pages.tsx";
import { State } from "../parts/state.tsx";
import { Time } from "../parts/time.tsx";
import { Facts, Section, View } from "../parts/view.tsx";
import { TransactionList } from "./transaction-list.tsx";

/** Transactions in one answer of the API. */
const perPage = 25;

interface Block extends BlockJson {
  readonly inChain: boolean;
  readonly next: string | null;
}

export function BlockView({ hash }: { readonly hash: string }) {
  const loaded = useLive(`block ${hash}`, async (signal): Promise<Block> => {
    const [block, status] = await Promise.all([
      getJson<BlockJson>(`/block/${hash}`, signal),
      getJson<{ in_best_chain: boolean; next_best: string | null }>(
        `/block/${hash}/status`,
        signal,
      ),
    ]);
    return { ...block, inChain: status.in_best_chain, next: status.next_best };
  });
  const height = loaded.data?.height;
  const title = height === undefined ? "Block" : `Block ${count(height)}`;
  return (
    <View title={title} name={title}>
      <Shown of={loaded} missing="The chain has no block with this hash.">
        {(block) => (
          <>
            <BlockFacts block={block} />
            <BlockTransactions key={hash} block={block} />
          </>
        )}
      </Shown>
    </View>
  );
}

function BlockFacts({ block }: { readonly block: Block }) {
  const { id, height, inChain, next, previousblockhash: previous } = block;
  const depth = Math.max(1, (chain.value?.height ?? height) - height + 1);
  return (
    <>
      {!inChain && (
        <p class="note bad" role="status">
          This block left the chain: a reorganization or a reset put another in its place. Its
          transactions are shown as they are now.
        </p>
      )}
      <Facts
        of={[
          ["Hash", <Hash key="id" value={id} of="block hash" whole />],
          [
            "State",
            inChain ? (
              <State
                tone="good"
                text={depth === 1 ? "Tip of the chain" : `${counted(depth, "block")} deep`}
              />
            ) : (
              <State tone="bad" text="Not in the chain" />
            ),
          ],
          ["Time", <Time key="time" seconds={block.timestamp} />],
          ["Transactions", count(block.tx_count)],
          ["Size", `${bytes(block.size)}, ${count(block.weight)} weight units`],
          ["Merkle root", <Hash key="root" value={block.merkle_root} of="Merkle root" />],
          [
            "Previous",
            previous === null ? (
              "None: this is the genesis block"
            ) : (
              <Hash key="previous" value={previous} of="block hash" to={href.block(previous)} />
            ),
          ],
          [
            "Next",
            next === null ? (
              "None yet"
            ) : (
              <Hash key="next" value={next} of="block hash" to={href.block(next)} />
            ),
          ],
        ]}
      />
    </>
  );
}

function BlockTransactions({ block: { id, tx_count } }: { readonly block: Block }) {
  const [start, setStart] = useState(0);
  const loaded = useLive(`block ${id} from ${start}`, (signal) =>
    getJson<TransactionJson[]>(`/block/${id}/txs/${start}`, signal),
  );
  return (
    <Section id="transactions" title="Transactions">
      <Shown of={loaded}>{(transactions) => <TransactionList of={transactions} plain />}</Shown>
      <NumberedPages from={start} perPage={perPage} of={tx_count} go={setStart} />
    </Section>
  );
}
