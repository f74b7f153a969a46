import { useEffect, useState } from "preact/hooks";

import { ActivityPanel } from "./actions/activity.tsx";
import { Banners } from "./banners.tsx";
import { AddressView } from "./chain/address-view.tsx";
import { BlockView } from "./chain/block-view.tsx";
import { BlocksView } from "./chain/blocks-view.tsx";
import { LabelView } from "./chain/label-view.tsx";
import { MempoolView } from "./chain/mempool-view.tsx";
import { TransactionView } from "./chain/transaction-view.tsx";
import { type Link, link } from "./data/connection.ts";
import { chain } from "./data/network.ts";
import { href, route } from "./data/route.ts";
import { LookUpBox } from "./look-up-box.tsx";
import { Overview } from "./overview.tsx";
import { State } from "./parts/state.tsx";
import { View } from "./parts/view.tsx";

export function App() {
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address behind # is the route.
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href={href.overview}>
          <img src="/page/icon.svg" width="24" height="24" alt="" />
          <span>Regtest network</span>
        </a>
        <LookUpBox />
        <LinkState />
      </header>
      <Banners />
      <main id="main" tabIndex={-1}>
        <Current />
      </main>
      <ActivityPanel />
      <NewBlock />
    </>
  );
}

function Current() {
  const now = route.value;
  switch (now.view) {
    case "overview":
      return <Overview />;
    case "blocks":
      return <BlocksView from={now.from} />;
    case "mempool":
      return <MempoolView />;
    case "block":
      return <BlockView key={now.of} hash={now.of} />;
    case "transaction":
      return <TransactionView key={now.of} txid={now.of} />;
    case "address":
      return <AddressView key={now.of} address={now.of} />;
    case "label":
      return <LabelView key={now.of} label={now.of} />;
    case "unknown":
      return (
        <View title="There is nothing here" name="Nothing here">
          <p class="note">
            <code>{now.of}</code> is no place in this page. Look something up above, or go back to
            the <a href={href.overview}>overview</a>.
          </p>
        </View>
      );
  }
}

const linkStates = {
  open: { tone: "good", text: "Live" },
  connecting: { tone: "wait", text: "Connecting" },
  lost: { tone: "bad", text: "Not connected" },
} as const satisfies Record<Link["state"], unknown>;

function LinkState() {
  return (
    <div class="link-state">
      <State {...linkStates[link.value.state]} />
    </div>
  );
}

/** In milliseconds: with many blocks, only the last one is read aloud. */
const quietMs = 3_000;

/** Says a new height to those who hear the page. */
function NewBlock() {
  const height = chain.value?.height;
  const [said, say] = useState<number | undefined>(undefined);
  useEffect(() => {
    if (height === undefined) return undefined;
    if (said === undefined) {
      say(height);
      return undefined;
    }
    const timer = setTimeout(() => {
      say(height);
    }, quietMs);
    return () => {
      clearTimeout(timer);
    };
  }, [height]);
  return (
    <div class="unseen" aria-live="polite">
      {said === undefined ? "" : `Height ${said}`}
    </div>
  );
}
