/** A chart of horizontal bars as SVG, for pages: text is text, and it reads on a light ground as on a dark one. */

export interface Bar {
  readonly label: string;
  /** The median. */
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

export interface BarChart {
  readonly title: string;
  /** Of all values, such as "s". */
  readonly unit: string;
  /** Bars that belong together, below their name; without one they have none above them. */
  readonly groups: readonly { readonly name?: string; readonly bars: readonly Bar[] }[];
  /** Lines below the bars: when and on what it was measured. */
  readonly caption: readonly string[];
}

const width = 760;
const margin = 16;
const rowHeight = 26;
const barHeight = 14;
/** Of a character at 13 px, on the generous side: the reader's font is not known. */
const characterWidth = 7.2;
/** Room for a value right of the longest bar. */
const valueWidth = 76;

export function barChart({ title, unit, groups, caption }: BarChart): string {
  const bars = groups.flatMap((group) => group.bars);
  const longest = Math.max(...bars.map(({ label }) => label.length));
  const left = Math.round(margin + longest * characterWidth + 10);
  const most = Math.max(...bars.map((bar) => bar.most));
  const x = (value: number): number =>
    round(left + (most > 0 ? value / most : 0) * (width - left - valueWidth - margin));

  const parts: string[] = [text(margin, margin + 12, "title", title)];
  let y = margin + 30;
  for (const { name, bars } of groups) {
    if (name !== undefined) {
      parts.push(text(margin, y + 14, "group", name));
      y += rowHeight;
    }
    for (const bar of bars) {
      parts.push(...row(bar, { unit, left, x, y }));
      y += rowHeight;
    }
    y += 6;
  }
  caption.forEach((line, index) => parts.push(text(margin, y + 16 + index * 17, "caption", line)));
  const height = y + 16 + caption.length * 17;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(described(bars, unit))}</desc>`,
    `<style>${style}</style>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** Colours with contrast enough on white and on GitHub's dark ground. */
const style = [
  "text{font:13px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}",
  ".title{font-size:15px;font-weight:600}.group{font-weight:600}",
  ".caption{font-size:12px;fill:#59636e}",
  ".bar{fill:#0969da}.axis{stroke:#8c959f;stroke-width:1}",
  ".spread{stroke:#1f2328;stroke-width:1.5;fill:none}",
  "@media (prefers-color-scheme:dark){",
  "text{fill:#f0f6fc}.caption{fill:#9198a1}.bar{fill:#1f6feb}.axis{stroke:#656c76}.spread{stroke:#f0f6fc}",
  "}",
].join("");

interface Place {
  readonly unit: string;
  /** Where bars begin. */
  readonly left: number;
  readonly x: (value: number) => number;
  readonly y: number;
}

function row(bar: Bar, { unit, left, x, y }: Place): string[] {
  const middle = y + barHeight / 2;
  const end = Math.max(x(bar.value), bar.most > bar.least ? x(bar.most) : 0);
  return [
    text(left - 10, y + 12, "label", bar.label, "end"),
    `<rect class="bar" x="${left}" y="${y}" width="${round(x(bar.value) - left)}" height="${barHeight}"/>`,
    `<line class="axis" x1="${left}" y1="${y - 6}" x2="${left}" y2="${y + barHeight + 6}"/>`,
    ...(bar.most > bar.least ? [spread(x(bar.least), x(bar.most), middle)] : []),
    text(end + 8, y + 12, "value", `${shown(bar.value)} ${unit}`),
  ];
}

/** A line from the least to the most, with an end on either side. */
function spread(from: number, to: number, y: number): string {
  return `<path class="spread" d="M${from} ${y - 4}v8M${from} ${y}H${to}M${to} ${y - 4}v8"/>`;
}

function text(x: number, y: number, name: string, content: string, anchor?: "end"): string {
  const anchored = anchor === undefined ? "" : ` text-anchor="${anchor}"`;
  return `<text class="${name}" x="${round(x)}" y="${y}"${anchored}>${escaped(content)}</text>`;
}

/** The same in words, for whoever does not see it. */
function described(bars: readonly Bar[], unit: string): string {
  return bars.map(({ label, value }) => `${label}: ${shown(value)} ${unit}`).join("; ");
}

/** Three digits, as far as they mean something. */
function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
