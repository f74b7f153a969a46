import { useEffect } from "preact/hooks";

import { Toolbar } from "./actions/toolbar.tsx";
import { Recent } from "./chain/recent.tsx";
import { Strip } from "./chain/strip.tsx";
import { link } from "./data/connection.ts";
import { chain, network } from "./data/network.ts";
import { href } from "./data/route.ts";
import { token } from "./data/token.ts";
import { count } from "./data/words.ts";
import { Drift, OtherPeers, Snapshots } from "./network/beside.tsx";
import { Details } from "./network/details.tsx";
import { Drawing } from "./network/drawing.tsx";
import { NodeTable } from "./network/node-table.tsx";
import { Section } from "./parts/view.tsx";

/** The first page: everything at a glance. */
export function Overview() {
  const view = network.value;
  const now = chain.value;
  const title = view?.title ?? "Regtest network";
  useEffect(() => {
    document.title = view === undefined ? title : `${title} · Regtest network`;
  }, [title]);
  return (
    <>
      <header class="overview-head">
        <h1 tabIndex={-1}>{title}</h1>
        {now !== undefined && (
          <p class="tip">
            <span class="what">Height</span> <strong>{count(now.height)}</strong>
          </p>
        )}
        {view !== undefined && <Toolbar />}
      </header>
      <Section id="chain" title="Chain" aside={<a href={href.blocks()}>All blocks</a>}>
        <Strip />
      </Section>
      <div class={view === undefined ? "columns single" : "columns"}>
        {token.value !== undefined && (
          <Section
            id="network"
            title="Network"
            aside={view === undefined ? undefined : `The chain is ${view.node}'s`}
          >
            {view === undefined ? (
              <p class="loading">{link.value.state === "lost" ? "Not loaded." : "Loading …"}</p>
            ) : (
              <div class="panel">
                <Drawing status={view.status} served={view.node} />
                <Details status={view.status} />
                <Drift of={view.status} />
              </div>
            )}
          </Section>
        )}
        <Section id="recent" title="Transactions" aside={<a href={href.mempool}>Mempool</a>}>
          {now === undefined ? <p class="loading">Loading …</p> : <Recent />}
        </Section>
      </div>
      {view !== undefined && (
        <>
          <Section id="nodes" title="Nodes">
            <NodeTable nodes={view.status.nodes} />
            <OtherPeers of={view.status.otherPeers} />
          </Section>
          <Section id="snapshots" title="Snapshots">
            <Snapshots of={view.status.snapshots} />
          </Section>
        </>
      )}
    </>
  );
}
