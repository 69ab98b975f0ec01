import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sirv from "sirv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { factsOf } from "../../scripts/docs/facts.ts";
import { firstPage } from "../../scripts/docs/first-page.ts";
import { findTranslations, translate } from "../../scripts/docs/translations.ts";
import { buildDocs } from "../../scripts/docs.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { curlLine } from "../../src/mock/curl.ts";
import { createMock } from "../../src/mock/server.ts";
import { readLogin } from "../../src/openapi/login.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { serve } from "../support/serve.ts";
import { haveBrowser, launch, type Visit, visit } from "./browser.ts";

const documents = await readDocuments();
const operations = readOperations(documents);
const folder = await mkdtemp(join(tmpdir(), "login-apis-docs-"));
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screenshots = "test/docs/screenshots";

const translated = await Promise.all(
  (await findTranslations()).map(async (translation) => ({
    name: `${translation.name}.${translation.language}`,
    document: await translate(translation, documents),
    language: translation.language,
  })),
);
const references = [...documents.map(({ name, document }) => ({ name, document, language: "en" })), ...translated].map(
  ({ name, document, language }) => ({ name, document, language, operations: readOperations([{ name, document }]) }),
);

let inventory: string;
let seconds: number;
const progress: string[] = [];
let answer: RequestListener = () => {};
const site = await serve((request, response) => answer(request, response));
beforeAll(async () => {
  const start = performance.now();
  inventory = await buildDocs(documents, { folder, mock: site.url, report: (line) => progress.push(line) });
  seconds = (performance.now() - start) / 1000;

  const docs = sirv(folder);
  const mock = await createMock(documents);
  answer = (request, response) => docs(request, response, () => mock(request, response));
});
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

test("a build reports each page when it is done, and lists what it wrote with its size, in under 20 seconds", async () => {
  expect(progress).toHaveLength(references.length);
  for (const { name } of references)
    expect(progress).toContainEqual(
      expect.stringMatching(new RegExp(`^\\[\\d/${references.length}\\] .*/${name}\\.html$`)),
    );
  for (const file of await readdir(folder)) expect(inventory).toMatch(new RegExp(`\\d kB  .*/${file}$`, "m"));
  expect(inventory).toMatch(/ in all$/);
  expect(seconds).toBeLessThan(20);
});

test("texts of a document are text in the page, whatever they hold", async () => {
  const [original] = documents;
  if (!original) throw new Error("There is no document.");
  const api = { name: original.name, document: structuredClone(original.document) };
  const hostile = `<script>alert(1)</script> "'& <img src=x onerror=alert(1)> [here](javascript:alert(1))`;
  Object.assign(api.document.info, { title: hostile, summary: hostile, description: hostile });
  for (const { operation } of readOperations([api]))
    Object.assign(operation, { summary: hostile, description: hostile });
  const { login } = readLogin(api.document);
  if (!login) throw new Error("The document has no login.");
  Object.assign(Object(login.operation.operation)["x-login"], { reasons: [{ code: hostile, reason: "unknown" }] });
  const page = await firstPage({ apis: [factsOf(api)], samples: new Map(), translations: [] });
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toMatch(/<script>|<img|="javascript/);
});

test("llms.txt leads to every document and names every scenario", async () => {
  const text = await readFile(join(folder, "llms.txt"), "utf8");
  const files = await readdir(folder);
  for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) expect(files).toContain(target);
  for (const { name } of documents) expect(text).toContain(`](${name}.yaml)`);
  for (const { replies } of operations) for (const { name } of replies) expect(text).toContain(`\`${name}\``);
});

describe.skipIf(!haveBrowser())("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    await mkdir(screenshots, { recursive: true });
  });
  afterAll(() => browser.close());

  /** Opens a page, and demands of it afterwards that it asked for nothing elsewhere and that no error was shown. */
  async function open<Result>(
    path: string,
    options: Parameters<typeof visit>[2],
    look: (page: Page, visited: Visit) => Promise<Result>,
  ): Promise<Result> {
    const visited = await visit(browser, site.url, options);
    try {
      await visited.page.goto(`${site.url}/${path}`);
      const result = await look(visited.page, visited);
      expect(visited.elsewhere).toEqual([]);
      expect(visited.errors).toEqual([]);
      return result;
    } finally {
      await visited.close();
    }
  }

  /** High, because what is below the window of a reference page is rendered only when it comes into view. */
  const tall = { width: 1280, height: 4000 };
  const rendered = (page: Page) => page.getByText("Ctrl+K").waitFor();

  /** The same of a reference page, once it is there: what is prerendered is not all of it. */
  function openReference(
    name: string,
    hash: string,
    look: (page: Page) => Promise<unknown>,
    options = {},
  ): Promise<void> {
    return open(`${name}.html${hash}`, { viewport: tall, ...options }, async (page) => {
      await rendered(page);
      await look(page);
    });
  }

  const stills = new Map<string, Promise<Visit>>();

  /** The same for tests that look at a reference page and do not touch it: it is opened once for all of them. */
  async function lookAtReference(name: string, look: (page: Page) => Promise<unknown>): Promise<void> {
    const still = stills.get(name) ?? openStill(name);
    stills.set(name, still);
    const { page, elsewhere, errors } = await still;
    await look(page);
    expect([elsewhere, errors]).toEqual([[], []]);
  }

  async function openStill(name: string): Promise<Visit> {
    const visited = await visit(browser, site.url, { viewport: tall });
    await visited.page.goto(`${site.url}/${name}.html`);
    await rendered(visited.page);
    return visited;
  }

  /** The links of a page as they stand when its script has run. */
  function linksOf(page: Page): Promise<string[]> {
    return page
      .locator("a[href], link[href]")
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  }

  /** What axe finds, as its rule and the elements that break it. */
  async function violations(page: Page): Promise<{ rule: string; elements: string[]; inRedoc: boolean }[]> {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; target: string[] }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => ({
        rule: id,
        elements: nodes.map(({ html }) => html.slice(0, 120)),
        inRedoc: nodes.every(({ target: [selector = ""] }) => document.querySelector(selector)?.closest("#redoc")),
      }));
    });
  }

  test.each(references)("the reference page $name renders all of its document", (reference) =>
    lookAtReference(reference.name, async (page) => {
      const { document, language, operations } = reference;
      expect(await page.locator("html").getAttribute("lang")).toBe(language);
      expect(await page.locator("meta[name=description]").getAttribute("content")).toBe(document.info.summary);
      const text = (await page.locator("#redoc").textContent()) ?? "";
      expect(text).toContain(document.info.title);
      for (const { path, operation, replies } of operations) {
        expect(text).toContain(path);
        expect(text).toContain(operation.summary);
        // Redoc shows one response at a time, the first before anybody chooses another.
        for (const { name, example } of replies.filter(({ status }) => status === 200))
          expect(text).toContain(`${name} → ${example["x-outcome"]}`);
      }
    }),
  );

  test("a reference page says what is inferred and why, and how the token is used", () =>
    lookAtReference("esignon", async (page) => {
      const text = (await page.locator("#redoc").textContent()) ?? "";
      expect(text).toContain("Inferred. The page shows HTTP 200 for success and no other status");
      expect(text).toContain("From a sibling page. The login page does not say how the token is sent");
      expect(text).toContain("Authorization: esignon <access_token>");
    }));

  test("the samples stand in the operation's panel: curl, and TypeScript with this package", () =>
    openReference("refresh-login", "", async (page) => {
      const curl = `curl -X POST ${site.url}/v1/api/auth`;
      expect(
        await page
          .locator("pre")
          .filter({ hasText: `${curl}/login` })
          .count(),
      ).toBe(1);
      expect(
        await page
          .locator("pre")
          .filter({ hasText: `${curl}/refresh` })
          .count(),
      ).toBe(1);
      await page.getByText("curl", { exact: true }).first().click();
      await page.getByText("TypeScript", { exact: true }).first().click();
      await page.locator("pre").filter({ hasText: 'from "login-apis/refresh-login"' }).first().waitFor();
    }));

  test("a deep link leads to its operation", () =>
    openReference(
      "refresh-login",
      "#/other/refresh",
      async (page) => {
        const heading = page.getByRole("heading", { name: "Refresh the tokens" });
        const top = () => heading.evaluate((node) => node.getBoundingClientRect().top);
        await expect.poll(async () => Math.abs((await top()) - 150)).toBeLessThan(150);
      },
      { viewport: { width: 1280, height: 900 } },
    ));

  test("search finds memb_pwd", () =>
    openReference("esignon", "", async (page) => {
      await page
        .getByText(/^Search/)
        .first()
        .click();
      await page.keyboard.type("memb_pwd");
      const found = page.locator("[data-component-name='Search/SearchItem']").first();
      await found.waitFor();
      expect(await found.textContent()).toContain("Issue an access token");
      expect(await found.textContent()).toContain("memb_pwd");
    }));

  test("the Japanese page is Japanese, its labels too, and shows the wire values of the Japanese source page", () =>
    lookAtReference("esignon.ja", async (page) => {
      await page.getByText("ユーザーのパスワード。").first().waitFor();
      const text = (await page.locator("#redoc main").textContent()) ?? "";
      for (const part of [
        "成功裏にログインされました。",
        "トークンの使い方",
        "リクエスト",
        "レスポンス",
        "必須",
        "推定。",
      ])
        expect(text).toContain(part);
      for (const part of ["Password of the user", "Inferred.", "required", "Responses", "Request"])
        expect(text).not.toContain(part);
    }));

  test("the two languages lead to each other, and both to the first page", () =>
    open("esignon.html", {}, async (page) => {
      await page.getByRole("link", { name: "日本語" }).click();
      await page.waitForURL("**/esignon.ja.html");
      await page.getByRole("link", { name: "English" }).click();
      await page.waitForURL("**/esignon.html");
      await page.getByRole("link", { name: "All APIs" }).click();
      await page.waitForURL("**/index.html");
    }));

  test("without JavaScript the first page has all its content", () =>
    open("", { javaScriptEnabled: false }, async (page) => {
      const text = (await page.locator("body").textContent()) ?? "";
      for (const { document } of documents) expect(text).toContain(document.info.title);
      expect(await page.locator("#compare td").count()).toBe(8 * documents.length);
      for (const operation of operations)
        for (const reply of operation.replies) expect(text).toContain(curlLine(operation, reply, site.url));
      expect(await page.getByRole("button").count()).toBe(0);
    }));

  test("the first page has every scenario, and a button that copies its line", () =>
    open("", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      for (const { api, operation, replies } of operations)
        expect(await page.locator(`#${api}-${operation.operationId} .scenarios tbody tr`).count()).toBe(replies.length);
      const line = page.locator(".scenarios pre").first();
      const text = await line.locator("code").textContent();
      await line.getByRole("button", { name: "Copy" }).click();
      await line.getByRole("button", { name: "Copied" }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    }));

  test("the first page's own policy refuses what is from elsewhere, and inline scripts", () =>
    open("", {}, async (page, { errors }) => {
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
      errors.splice(0, errors.length, ...errors.filter((error) => !error.includes("Content Security Policy")));
    }));

  test("a link to what a source page does not say opens it", () =>
    open("#onebox-not-said", {}, (page) => page.locator("#onebox-not-said").waitFor({ state: "visible" })));

  test("at 360 pixels nothing of the first page scrolls sideways", () =>
    open("", { viewport: { width: 360, height: 740 } }, async (page) => {
      const beyond = await page.evaluate(() =>
        [...document.querySelectorAll("body *")]
          .filter((node) => node.getBoundingClientRect().right > 360 || node.scrollWidth > node.clientWidth + 1)
          .filter((node) => !node.matches(".unseen, option, select") && getComputedStyle(node).display !== "inline")
          .map((node) => node.outerHTML.slice(0, 100)),
      );
      expect(beyond).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }));

  test.each(["light", "dark"] as const)("axe finds nothing on the first page in %s", (colorScheme) =>
    open("", { colorScheme, bypassCSP: true }, async (page) => {
      expect(await violations(page)).toEqual([]);
    }),
  );

  test.each(references)("axe finds on the reference page $name only what is Redoc's own", ({ name }) =>
    lookAtReference(name, async (page) => {
      const found = await violations(page);
      expect(found.filter(({ rule, inRedoc }) => !(inRedoc && redocsOwn.includes(rule)))).toEqual([]);
    }),
  );

  test("every link of every page leads somewhere", async () => {
    const internal = new Set<string>();
    const external = new Set<string>();
    const collect = async (page: Page) => {
      for (const link of await linksOf(page)) {
        if (link.startsWith(site.url)) internal.add(link);
        else if (!link.startsWith("data:")) external.add(link);
      }
    };
    await open("index.html", {}, collect);
    for (const { name } of references) await lookAtReference(name, collect);

    expect(internal.size).toBeGreaterThan(60);
    for (const url of new Set([...internal].map((link) => link.split("#")[0] ?? ""))) {
      const reply = await fetch(url);
      expect(reply.status, url).toBe(200);
      const text = await reply.text();
      const fragments = [...internal].filter((link) => link.startsWith(`${url}#`)).map((link) => new URL(link).hash);
      // Redoc's own fragments are routes, which the test of deep links opens.
      for (const fragment of fragments.filter((each) => !each.startsWith("#/")))
        expect(text, fragment).toContain(`id="${fragment.slice(1)}"`);
    }
    // Redoc's word mark, and the addresses that the documents themselves give.
    const given = documents.flatMap(
      ({ document }) => (document as { externalDocs?: { url: string } }).externalDocs ?? [],
    );
    const addresses = ["https://redocly.com/redoc/", ...given.map(({ url }) => new URL(url).href)];
    expect([...external].sort()).toEqual(addresses.sort());
  });

  test.each([
    ["first-page-light", "", { colorScheme: "light" }],
    ["first-page-dark", "", { colorScheme: "dark" }],
    ["first-page-phone", "", { viewport: { width: 360, height: 740 } }],
  ] as const)("a screenshot to look at: %s", (name, path, options) =>
    open(path, options, async (page) => {
      await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
    }),
  );

  test.each(["esignon", "esignon.ja"])("a screenshot to look at: the reference page %s", (name) =>
    lookAtReference(name, async (page) => {
      await page.screenshot({ path: `${screenshots}/reference-${name}.png`, fullPage: true });
    }),
  );
});

/** What axe finds in Redoc 3.0.1 itself, whatever the document. */
const redocsOwn = ["color-contrast", "heading-order", "label-content-name-mismatch", "region"];
