import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium, or the one that CHROMIUM names. */
export const executablePath: string = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Whether there is a browser to test with. */
export const hasBrowser: boolean = existsSync(executablePath);

/** How to get one. */
export const remedy = "apt-get install chromium fonts-noto-cjk, or name a Chromium in CHROMIUM";

/** Nothing has a name, so that a browser that looks one up looks for something else than a test. */
const noNames = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1";

/** A browser with a profile of its own, which is new and goes with it. */
export function launchChromium(hosts: string = noNames): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--no-first-run",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=${hosts}`,
    ],
  });
}
