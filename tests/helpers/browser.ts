/** A headless Chromium: the one on PATH, or Debian's, which is installed where that is possible. */
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

import { isError } from "../../base/is-error.ts";
import { findOnPath } from "../../base/files/files.ts";
import { cachePaths } from "../../base/files/paths.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { installPackages } from "../../toolchain/engine.ts";

/** Whatever distributions call it. */
const programs = ["chromium", "chromium-browser", "google-chrome"];
const isRoot = process.getuid?.() === 0;

/** Where it is, or why it is nowhere. */
export type FoundBrowser = { readonly path: string } | { readonly missing: string };

export async function findBrowser(): Promise<FoundBrowser> {
  const found = onPath();
  if (found !== undefined) return { path: found };
  if (!isRoot || findOnPath("apt-get", process.env["PATH"]) === undefined) {
    return { missing: "there is no Chromium, and it is installed by root on Debian alone" };
  }
  const progress = streamProgress(process.stderr);
  const packages = ["chromium", "fonts-liberation"];
  try {
    await installPackages(packages, {
      ...{ progress, cache: cachePaths() },
      signal: AbortSignal.timeout(280_000),
    });
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    return { missing: `Debian's Chromium cannot be installed: ${reason}` };
  }
  const installed = onPath();
  return installed === undefined ? { missing: "no Chromium came" } : { path: installed };
}

function onPath(): string | undefined {
  return programs
    .map((program) => findOnPath(program, process.env["PATH"]))
    .find((path) => path !== undefined);
}

/** Without its sandbox for root alone, for whom it does not start with one. */
export async function startBrowser(path: string): Promise<Browser> {
  return await chromium.launch({ executablePath: path, chromiumSandbox: !isRoot });
}

/** A window, and whatever went wrong in it. */
export interface Window extends AsyncDisposable {
  readonly page: Page;
  /** Errors in the console, exceptions, and what the content security policy refused. */
  readonly problems: readonly string[];
}

export async function openWindow(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    // Answers with an error status are said in the console too, and are part of some tests.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

/** Only colours differ in the dark. What is fine is not asked for in detail. */
const options = {
  light: '{ resultTypes: ["violations"] }',
  dark: '{ resultTypes: ["violations"], runOnly: ["color-contrast", "link-in-text-block"] }',
};

/** What axe-core finds that shuts somebody out, in light and in dark: rule, and where. */
export async function barriers(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(`if (!("axe" in globalThis)) {${axe.source}}`);
    const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(${options[colorScheme]})`);
    for (const { id, impact, nodes } of violations)
      if (impact === "serious" || impact === "critical")
        found.push(...nodes.map(({ html }) => `${colorScheme}: ${id} at ${html}`));
  }
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

/** Pixels that the page is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}
