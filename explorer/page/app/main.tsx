import { render } from "preact";

import { App } from "./app.tsx";
import { reconnect, stayConnected } from "./data/connection.ts";
import { followAddress } from "./data/route.ts";
import { takeToken } from "./data/token.ts";

const root = document.getElementById("app");
if (root !== null) {
  followAddress(() => {
    // Also of a link that is pasted into a tab where the page is open.
    if (takeToken()) reconnect();
  });
  render(<App />, root);
  void stayConnected();
}
