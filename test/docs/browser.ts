import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** Whether there is a browser to test with; if not, says how to get one. */
export function haveBrowser(): boolean {
  const found = existsSync(executablePath);
  if (!found)
    process.stderr.write(
      `Skipped: the tests of the docs in a browser, as there is no ${executablePath}. Get it: apt-get install chromium fonts-noto-cjk\n`,
    );
  return found;
}

/** A name that the browser takes for this machine: no page from there by http is a secure context. */
export const plainHost = "docs.example";

/** A browser with a profile of its own, which is new and goes with it. */
export function launch(): Promise<Browser> {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"];
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--no-first-run", ...quiet, `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`],
  });
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
