import type { BlockLine } from "../../protocol.ts";
import { chain, left } from "../data/network.ts";
import { href } from "../data/route.ts";
import { bytes, count, counted } from "../data/words.ts";
import { Time } from "../parts/time.tsx";
import { shortened } from "../data/words.ts";

/** Blocks that are shown. */
const shown = 12;

type Card = BlockLine | { readonly hash: string; readonly height: number; readonly left: true };

/** The mempool and the newest blocks, the newest first; those that just left the chain stand beside what replaced them. */
export function Strip() {
  const now = chain.value;
  if (now === undefined) return <p class="loading">Loading …</p>;
  const blocks = now.blocks.slice(0, shown);
  const gone = left.value.flatMap(({ hash, height }) =>
    height === undefined ? [] : [{ hash, height, left: true as const }],
  );
  const cards: Card[] = [...blocks, ...gone].toSorted((a, b) => b.height - a.height);
  const { mempool } = now;
  return (
    <>
      <ol class="strip" tabIndex={0} aria-label="Mempool and newest blocks">
        <li>
          <a class="block mempool" href={href.mempool}>
            <span class="name">Mempool</span>
            <strong>{count(mempool.count)}</strong>
            <span>{mempool.count === 1 ? "transaction" : "transactions"}</span>
            <span>{mempool.count === 0 ? "nothing waits" : `${count(mempool.vsize)} vB`}</span>
          </a>
        </li>
        {cards.map((card) => (
          <li key={card.hash}>
            <BlockCard card={card} isTip={card.hash === now.tip} />
          </li>
        ))}
        {now.height >= blocks.length && (
          <li>
            <a class="block more" href={href.blocks(now.height - blocks.length)}>
              All blocks
            </a>
          </li>
        )}
      </ol>
      {now.height === 0 && (
        <p class="note">
          The chain has only its genesis block. The first block that is mined comes here.
        </p>
      )}
    </>
  );
}

function BlockCard({ card, isTip }: { readonly card: Card; readonly isTip: boolean }) {
  if ("left" in card) {
    return (
      <a class="block left" href={href.block(card.hash)}>
        <span class="name">Left the chain</span>
        <strong>{count(card.height)}</strong>
        <code>{shortened(card.hash, 4)}</code>
      </a>
    );
  }
  return (
    <a class={isTip ? "block tip" : "block"} href={href.block(card.hash)}>
      <span class="name">{isTip ? "Tip" : card.height === 0 ? "Genesis" : "Block"}</span>
      <strong>{count(card.height)}</strong>
      <span>{counted(card.transactions, "transaction")}</span>
      <span>{bytes(card.size)}</span>
      <Time seconds={card.time} brief />
    </a>
  );
}
