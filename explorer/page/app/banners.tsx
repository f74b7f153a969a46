import { useEffect, useState } from "preact/hooks";

import { link, reconnect } from "./data/connection.ts";
import { chain, left, problem } from "./data/network.ts";
import { token, tokenRefused } from "./data/token.ts";
import { counted } from "./data/words.ts";
import { Icon } from "./parts/icon.tsx";

/** What is not as usual. */
export function Banners() {
  return (
    <div class="banners">
      <Lost />
      {problem.value !== undefined && link.value.state === "open" && (
        <p class="banner bad" role="alert">
          <Icon name="warning" />
          <span>{problem.value}</span>
        </p>
      )}
      {token.value === undefined && <ChainOnly />}
      {left.value.length > 0 && (
        <p class="banner" role="status">
          <Icon name="warning" />
          <span>{counted(left.value.length, "block")} left the chain.</span>
        </p>
      )}
    </div>
  );
}

function ChainOnly() {
  return (
    <p class="banner" role={tokenRefused.value ? "alert" : undefined}>
      <span>
        {tokenRefused.value
          ? "The token of this link is not valid: each start of the explorer has a new one. "
          : "You see the chain only. "}
        To see the network and act on it, open the link that <code>npm run explorer</code> prints.
      </span>
    </p>
  );
}

/** That the server is away, and when it is tried again. */
function Lost() {
  const now = link.value;
  const [shown, setShown] = useState(false);
  // What is back at once is no news.
  const lost = now.state !== "open" && (now.state === "lost" || chain.value !== undefined);
  useEffect(() => {
    setShown(lost);
  }, [lost]);
  if (!shown || !lost) return null;
  return (
    <div class="banner bad" role="alert">
      <Icon name="warning" />
      <span>
        The explorer does not answer. What you see is as it was last.{" "}
        {now.state === "lost" ? <Countdown until={now.until} /> : "Trying again …"}
      </span>
      <button type="button" class="button" onClick={reconnect}>
        Try now
      </button>
    </div>
  );
}

function Countdown({ until }: { readonly until: number }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      tick((turn) => turn + 1);
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1_000));
  // Not read aloud each second.
  return <span aria-hidden="true">Trying again in {seconds} s.</span>;
}
