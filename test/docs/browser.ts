import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { hasBrowser, launchChromium, remedy } from "../support/chromium.ts";

/** Whether there is a browser to test with; if not, says how to get one. */
export function haveBrowser(): boolean {
  if (!hasBrowser) process.stderr.write(`Skipped: the tests of the docs in a browser. Get one: ${remedy}\n`);
  return hasBrowser;
}

/** A name that the browser takes for this machine: no page from there by http is a secure context. */
export const plainHost = "docs.example";

/** A browser that knows that name. */
export function launch(): Promise<Browser> {
  return launchChromium(`MAP ${plainHost} 127.0.0.1`);
}

export interface Visit {
  page: Page;
  /** Requests to any other origin than the one under test. They were all refused. */
  elsewhere: string[];
  /** What the console showed as an error, and what was thrown. */
  errors: string[];
  close(): Promise<void>;
}

/** Opens a page that reaches `origin` and nothing else. */
export async function visit(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const elsewhere: string[] = [];
  const errors: string[] = [];
  await context.route("**", async (route) => {
    const url = route.request().url();
    if (new URL(url).origin === origin) return route.continue();
    elsewhere.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  return { page, elsewhere, errors, close: () => context.close() };
}

/** A small phone, in CSS pixels. */
export const phone = { width: 360, height: 740 };

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds on a page, as its rule and the elements that break it. */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  return page.evaluate(async (only) => {
    interface Axe {
      run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    const found = await axe.run({
      resultTypes: ["violations"],
      ...(only && { runOnly: { type: "rule", values: only } }),
    });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join("\n")}`);
  }, rules);
}
