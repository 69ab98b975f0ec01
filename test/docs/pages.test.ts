import { brotliCompressSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildDocs } from "../../scripts/docs/build.ts";
import { wordsOf } from "../../src/docs/words.ts";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { haveBrowser, launch, phone, plainHost, type Visit, violations, visit } from "./browser.ts";
import { linesOfHtml, linesOfMarkdown, missing } from "./completeness.ts";
import { openSite } from "./opened-site.ts";

const site = await openSite();
const { documents, files, pages } = site;
afterAll(() => site.close());

/** What an attribute of a page's elements holds. */
function attributes(html: string, name: "href" | "id"): string[] {
  return [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value);
}

test.each(pages)("$path takes at most 10 KB over the wire, with style and script", ({ html }) => {
  expect(brotliCompressSync(html).length).toBeLessThanOrEqual(10 * 1024);
});

test("a document of the registry whose page would be another's is refused with its file", async () => {
  const [first] = documents;
  if (!first) throw new Error("There is no document.");
  await expect(buildDocs([...documents, { ...first, name: "index" }])).rejects.toThrow(
    `${first.file}:1:1: index.html would be its page`,
  );
});

const built = [...files.keys()].filter((path) => path.endsWith(".json")).map((path) => path.slice(0, -".json".length));

test.each(built)("%s says all that its document says, in HTML and in Markdown", (stem) => {
  const text = (ending: string) => String(files.get(stem + ending)?.body);
  const document = JSON.parse(text(".json")) as OpenApiDocument;
  const words = wordsOf(stem.split(".")[1] ?? "en");
  expect(missing(document, linesOfHtml(text(".html")), words)).toEqual([]);
  expect(missing(document, linesOfMarkdown(text(".md")), words)).toEqual([]);
});

test("every link of every page leads somewhere, and every id is led to", () => {
  const targets = new Set(pages.flatMap(({ path, html }) => attributes(html, "id").map((id) => `${path}#${id}`)));
  const links = pages.flatMap(({ path, html }) =>
    attributes(html, "href")
      .filter((href) => !/^(https?|data):/.test(href))
      .map((href) => (href.startsWith("#") ? `${path}${href}` : `/${href}`)),
  );
  const astray = links.filter((link) => (link.includes("#") ? !targets.has(link) : !files.has(link)));
  expect(astray).toEqual([]);
  expect(links.length).toBeGreaterThan(500);
  const used = new Set(links);
  // The page's data, and each tab, which its label leads to.
  const others = /#(page-data|tab-\w+)$/;
  expect([...targets].filter((target) => !used.has(target) && !others.test(target))).toEqual([]);
  for (const { html } of pages) expect(new Set(attributes(html, "id")).size).toBe(attributes(html, "id").length);
});

test("every link of a twin leads somewhere", () => {
  const twins = [...files].filter(([path]) => path.endsWith(".md"));
  const astray = twins.flatMap(([path, { body }]) => {
    const prose = String(body).replace(/^```.*?^```$/gms, "");
    const links = [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = ""]) => target);
    return links.filter((link) => !/^https?:/.test(link) && !files.has(`/${link}`)).map((link) => `${path}: ${link}`);
  });
  expect(astray).toEqual([]);
});

test("llms.txt leads to the twin of every page, and to every document", () => {
  const text = String(files.get("/llms.txt")?.body);
  const linked = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => `/${target}`);
  const expected = [...files.keys()].filter((path) => /\.(md|yaml)$/.test(path));
  expect(linked.sort()).toEqual(expected.sort());
});

describe.skipIf(!haveBrowser())("in a browser", () => {
  let browser: Browser;
  const opened = new Map<string, Visit>();
  beforeAll(async () => {
    browser = await launch();
    // Side by side, and once for all tests.
    await Promise.all(
      pages.map(async ({ path }) => {
        const visited = await visit(browser, site.url, { reducedMotion: "reduce", bypassCSP: true });
        await visited.page.goto(site.url + path);
        opened.set(path, visited);
      }),
    );
  });
  afterAll(() => browser.close());

  /** Looks at a page as it was opened, at the size of a desktop and in the light. */
  async function at(path: string): Promise<Page> {
    const { page } = opened.get(path) as Visit;
    await page.emulateMedia({ media: "screen", colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 900 });
    return page;
  }

  test("axe finds nothing on the page that compares, and on the first of an API", async () => {
    for (const path of ["/index.html", tried[0]?.path ?? ""]) expect(await violations(await at(path))).toEqual([]);
  });

  test.each(built)("the first screen of %s on a phone reaches how long its token lasts", async (stem) => {
    const page = await at(`${stem}.html`);
    await page.setViewportSize(phone);
    await page.evaluate(() => scrollTo(0, 0));
    const words = wordsOf(stem.split(".")[1] ?? "en");
    const row = await page.locator("#glance .facts > div", { hasText: words.lifetime }).first().boundingBox();
    expect((row?.y ?? 0) + (row?.height ?? Number.POSITIVE_INFINITY)).toBeLessThanOrEqual(phone.height);
  });

  test.each(pages)("nothing of $path scrolls sideways at 360 pixels", async ({ path }) => {
    const page = await at(path);
    await page.setViewportSize(phone);
    const beyond = await page.evaluate(() =>
      [...document.querySelectorAll("body *:not(.unseen, .skip, .unseen *)")]
        .filter((node) => node.getBoundingClientRect().right > 360.5)
        .map((node) => node.outerHTML.slice(0, 100)),
    );
    expect(beyond).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  test.each(pages)("whatever is led to on $path is seen below the bar", async ({ path }) => {
    const page = await at(path);
    const hidden = await page.evaluate(() => {
      const bar = document.querySelector(".bar");
      return [...document.querySelectorAll("main [id]:not(.tabs *)")].flatMap((node) => {
        node.scrollIntoView({ behavior: "instant" });
        const isCovered = node.getBoundingClientRect().top < (bar?.getBoundingClientRect().bottom ?? 0);
        return isCovered ? [node.id] : [];
      });
    });
    expect(hidden).toEqual([]);
  });

  test.each(pages)("nothing of $path is left out in print", async ({ path }) => {
    const page = await at(path);
    await page.emulateMedia({ media: "print" });
    const hidden = await page.evaluate(() =>
      [...document.querySelectorAll("main *")]
        .filter((node) => !node.closest(".tabs, button") && getComputedStyle(node).display === "none")
        .map((node) => node.outerHTML.slice(0, 100)),
    );
    expect(hidden).toEqual([]);
  });

  /** The scenarios of a page's document, with what x-login is to make of each. */
  const tried = pages
    .filter(({ path }) => built.includes(path.slice(0, -".html".length)))
    .map(({ path }) => {
      const [, name = ""] = path.split(/[/.]/);
      const document = documents.find((each) => each.name === name);
      const operations = document ? readOperations([document]) : [];
      return {
        path,
        outcomes: operations.flatMap(({ replies }) => replies.map(({ example }) => example["x-outcome"])),
      };
    });

  test.each(tried)("every scenario of $path can be tried, and comes to its documented outcome", async ({ path }) => {
    const page = await at(path);
    const send = page.getByRole("button", { name: site.url });
    const scenarios = page.locator("[data-of]");
    expect(await send.count()).toBe(await scenarios.count());
    const answers = await page.evaluate(async () => {
      const buttons = document.querySelectorAll<HTMLButtonElement>(".buttons > button:first-child");
      for (const button of buttons) button.click();
      const isDone = () => document.querySelectorAll(".answer > pre").length === buttons.length;
      for (let turn = 0; turn < 200 && !isDone(); turn += 1) await new Promise((done) => setTimeout(done, 50));
      return [...document.querySelectorAll("[data-of]")].map((place) => ({
        documented:
          document.getElementById((place as HTMLElement).dataset.of?.split("/")[1] ?? "")?.querySelector("h4")
            ?.textContent ?? "",
        verdict: place.querySelector(".answer > :is(.good, .bad)")?.textContent ?? "",
        isGood: place.querySelector(".answer > .good") !== null,
        status: place.querySelector(".answer > b")?.textContent ?? "",
      }));
    });
    for (const { documented, verdict, isGood, status } of answers) {
      expect(documented).toContain(status);
      const [, outcome = ""] = documented.split(" ");
      if (isGood) expect(documented).toContain(" success ");
      else expect(verdict, documented).toContain(outcome);
    }
    expect(answers.length).toBeGreaterThan(1);
  });

  test("side by side, a success and a refusal of each API can be tried", async () => {
    const page = await at("/index.html");
    for (const button of await page.getByRole("button", { name: site.url }).all()) await button.click();
    const verdicts = page.locator(".answer > .good, .answer > .bad");
    await expect.poll(() => verdicts.count()).toBe(2 * documents.length);
    expect(await page.locator(".answer > .good").count()).toBe(documents.length);
  });

  test("the answer comes into view on a phone", async () => {
    const page = await at(tried[0]?.path ?? "");
    await page.setViewportSize(phone);
    const row = page.locator(".scenario .buttons").first();
    await row.scrollIntoViewIfNeeded();
    await row.getByRole("button").first().click();
    await page.waitForFunction(() => {
      const answer = document.querySelector(".scenario .answer");
      const { top = -1 } = answer?.getBoundingClientRect() ?? {};
      return answer?.querySelector("pre") && top >= 0 && top < innerHeight;
    });
  });

  test("over plain http from another machine's name, code is copied without the clipboard's API, and scenarios are tried", async () => {
    const origin = site.url.replace("127.0.0.1", plainHost);
    const visited = await visit(browser, origin);
    const { page } = visited;
    await page.goto(`${origin}${tried[0]?.path}`);
    expect(await page.evaluate(() => [isSecureContext, "clipboard" in navigator])).toEqual([false, false]);
    await page.getByRole("button", { name: origin }).first().click();
    await page.locator(".answer .good").first().waitFor();
    const copied = page.evaluate(
      () =>
        new Promise<string>((resolve) =>
          document.addEventListener("copy", () => resolve((document.activeElement as HTMLTextAreaElement).value)),
        ),
    );
    const block = page.locator("pre.copy:visible").first();
    await block.getByRole("button").click();
    expect(await copied).toBe(await block.locator("code").textContent());
    await block.getByRole("button", { name: "Copied" }).waitFor();
    // Where nothing may copy, what is to be copied is selected.
    await page.evaluate(() => Object.assign(document, { execCommand: () => false }));
    await block.getByRole("button").click();
    await block.getByRole("button", { name: "Ctrl+C" }).waitFor();
    expect(await page.evaluate(() => getSelection()?.toString().trim())).toBe(await block.locator("code").innerText());
    expect(visited.errors).toEqual([]);
    await visited.close();
  });

  test("by the keyboard alone a scenario is tried, its answer read and its command copied", async () => {
    const page = await at(tried[0]?.path ?? "");
    await page.reload();
    const focused = () =>
      page.evaluate(() => ({
        text: document.activeElement?.textContent ?? "",
        of: document.activeElement?.closest("article")?.id ?? "",
        outline: getComputedStyle(document.activeElement ?? document.body).outlineStyle,
      }));
    const tabTo = async (text: string) => {
      for (let presses = 0; presses < 300; presses += 1) {
        await page.keyboard.press("Tab");
        const { text: found, of } = await focused();
        if (of !== "" && found.includes(text)) return;
      }
      throw new Error(`The keyboard does not get to "${text}".`);
    };
    await tabTo(site.url);
    expect((await focused()).outline).toBe("solid");
    const { of: scenario } = await focused();
    await page.keyboard.press("Enter");
    await page.locator(`article[id="${scenario}"] [role=status] :is(.good, .bad)`).waitFor();
    // Whoever pressed the button is still there, and the next one is a key away.
    expect((await focused()).text).toContain(site.url);
    await page.keyboard.press("Tab");
    expect((await focused()).text).toContain("curl");
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect((await focused()).text).toBe("Copied");
  });

  test("by the keyboard alone: a way past the bar, and the code in another language", async () => {
    const page = await at(tried[0]?.path ?? "");
    await page.reload();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe("#main");
    await page.locator("#tab-curl").focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".of-curl:visible").count()).toBe(0);
    expect(await page.locator(".of-typescript pre:visible").first().textContent()).toContain("login-apis/");
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".of-session pre:visible").first().textContent()).toContain("createSession");
  });

  test("a page's own policy lets its scripts work, and refuses all others and what is from elsewhere", async () => {
    const visited = await visit(browser, site.url);
    const { page } = visited;
    await page.goto(`${site.url}${tried[0]?.path}`);
    await page.getByRole("button", { name: site.url }).first().click();
    await page.locator(".answer .good").first().waitFor();
    expect(visited.errors).toEqual([]);
    const refused = await page.evaluate(async () => {
      const violation = () =>
        new Promise<string>((resolve) =>
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), {
            once: true,
          }),
        );
      const image = violation();
      new Image().src = "https://elsewhere.example/image.png";
      const first = await image;
      const inline = violation();
      document.body.append(Object.assign(document.createElement("script"), { textContent: "globalThis.ran = true" }));
      return [first, await inline, "ran" in globalThis];
    });
    expect(refused).toEqual(["img-src", "script-src-elem", false]);
    expect(visited.elsewhere).toEqual([]);
    await visited.close();
  });

  test("a button says so where nothing answers, and works when something does again", async () => {
    const visited = await visit(browser, site.url);
    const { page } = visited;
    await page.goto(`${site.url}${tried[0]?.path}`);
    const send = page.locator(".first .buttons > button").first();
    for (const gone of ["**/try.js", "**/{api,login,v1}/**"]) {
      await page.route(gone, (route) => route.abort());
      await send.click();
      await page.getByRole("button", { name: "No answer." }).waitFor();
      await page.unroute(gone);
      await send.blur();
      await send.click();
      await page.locator(".first .answer .good").waitFor();
    }
    await visited.close();
  });

  test("no page asked for anything elsewhere, or had an error", () => {
    for (const { elsewhere, errors } of opened.values()) {
      expect(elsewhere).toEqual([]);
      // A refusal by HTTP status is an error to the console.
      expect(errors.filter((error) => !error.includes("the server responded with a status of"))).toEqual([]);
    }
  });
});
