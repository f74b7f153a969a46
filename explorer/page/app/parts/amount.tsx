import { btc, grouped } from "../data/words.ts";

/** An amount in BTC; the zeros at its end stand back. @param sat in satoshi, or BTC as text */
export function Amount({
  sat,
  unit = true,
}: {
  readonly sat: number | string;
  readonly unit?: boolean;
}) {
  const text = typeof sat === "string" ? grouped(sat) : btc(sat);
  const [, strong = text, weak = ""] = /^(.*?\.\d*?)(0*)$/.exec(text) ?? [];
  const end = strong.endsWith(".") ? "." : "";
  return (
    <span class="amount">
      {end === "" ? strong : strong.slice(0, -1)}
      <span class="weak">
        {end}
        {weak}
      </span>
      {unit && <span class="unit"> BTC</span>}
    </span>
  );
}
