import { useState } from "preact/hooks";

import { getJson, useLive } from "../data/api.ts";
import { network } from "../data/network.ts";
import { href } from "../data/route.ts";
import { count, counted } from "../data/words.ts";
import { Hash } from "../parts/hash.tsx";
import { Shown } from "../parts/loaded.tsx";
import { NumberedPages } from "../parts/pages.tsx";
import { Facts, Section, View } from "../parts/view.tsx";

const perPage = 25;

interface Mempool {
  readonly count: number;
  readonly vsize: number;
  readonly total_fee: number;
  readonly txids: readonly string[];
}

/** What waits at the node whose chain is shown, and how much does at the others. */
export function MempoolView() {
  const [start, setStart] = useState(0);
  const loaded = useLive("mempool", async (signal): Promise<Mempool> => {
    const [mempool, txids] = await Promise.all([
      getJson<Omit<Mempool, "txids">>("/mempool", signal),
      getJson<string[]>("/mempool/txids", signal),
    ]);
    return { ...mempool, txids: txids.toReversed() };
  });
  const nodes = network.value?.status.nodes.filter(({ mempool }) => mempool !== undefined) ?? [];
  return (
    <View title="Mempool" name="Mempool">
      <Shown of={loaded}>
        {({ txids, vsize, total_fee }) => {
          const from = start < txids.length ? start : 0;
          return (
            <>
              <Facts
                of={[
                  ["Transactions", count(txids.length)],
                  ["Size", `${count(vsize)} vB`],
                  ["Fees", `${count(total_fee)} sat`],
                  ...nodes.map(
                    ({ name, mempool = 0 }) =>
                      [`At ${name}`, counted(mempool, "transaction")] as const,
                  ),
                ]}
              />
              <Section id="waiting" title="Waiting">
                {txids.length === 0 ? (
                  <p class="note">Nothing waits. A payment appears here until it is mined.</p>
                ) : (
                  <ul class="rows">
                    {txids.slice(from, from + perPage).map((txid) => (
                      <li key={txid}>
                        <Hash value={txid} of="txid" to={href.transaction(txid)} />
                      </li>
                    ))}
                  </ul>
                )}
                <NumberedPages from={from} perPage={perPage} of={txids.length} go={setStart} />
              </Section>
            </>
          );
        }}
      </Shown>
    </View>
  );
}
