import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEntries, readReference } from "../../scripts/docs/reference.ts";
import { haveBrowser, launch, phone, violations, visit } from "./browser.ts";
import { openSite } from "./opened-site.ts";

const site = await openSite(async (documents) => readReference(await readEntries(documents.map(({ name }) => name))));
afterAll(() => site.close());

const screenshots = "test/docs/screenshots";

// Light and dark differ in their colours alone.
const ofColour = ["color-contrast", "link-in-text-block"];

describe.skipIf(!haveBrowser())("every page, by day and by night, on a desktop and on a phone", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    await mkdir(screenshots, { recursive: true });
  });
  afterAll(() => browser.close());

  /** The page at the size of a desktop and in the light. */
  async function opened(path: string): Promise<Page> {
    const { page } = await visit(browser, site.url, { reducedMotion: "reduce", bypassCSP: true, colorScheme: "light" });
    await page.goto(site.url + path);
    return page;
  }

  test.each(site.pages)("axe finds nothing on $path", async ({ path }) => {
    const page = await opened(path);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page, ofColour)).toEqual([]);
    await page.setViewportSize(phone);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await violations(page, ofColour)).toEqual([]);
  });

  test("screenshots to look at, in print too", async () => {
    // The reference's pages are one as the other.
    const looked = site.pages.filter(({ path }) => !path.startsWith("/reference-") || path === site.pages.at(-1)?.path);
    for (const { path } of looked) {
      const page = await opened(path);
      const shot = (name: string) => page.screenshot({ path: `${screenshots}${path}-${name}.png` });
      await shot("light");
      await page.emulateMedia({ colorScheme: "dark" });
      await shot("dark");
      await page.setViewportSize(phone);
      await shot("phone");
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      await shot("print");
      await page.context().close();
    }
  });
});
