import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { hasBrowser, launchChromium, remedy } from "../support/chromium.ts";
import { repository } from "../support/processes.ts";
import { record } from "../support/record.ts";
import { installRecipes } from "./written.ts";

if (!hasBrowser) process.stdout.write(`The recipe of a browser is skipped: ${remedy}.\n`);

describe.skipIf(!hasBrowser)("browser-mock.ts and browser-products.ts", async () => {
  const recipes = await installRecipes([repository, ["msw"]]);
  afterAll(() => recipes[Symbol.asyncDispose]());
  const { outputFiles } = await build({
    entryPoints: [join(recipes.folder, "browser-products.ts")],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  const worker = await readFile(join(repository, "node_modules", "msw", "lib", "mockServiceWorker.js"), "utf8");
  const scripts = new Map([
    ["/products.js", outputFiles[0]?.text ?? ""],
    ["/mockServiceWorker.js", worker],
  ]);
  const page = '<!doctype html><title>Products</title><link rel="icon" href="data:,">';

  test("MSW's worker answers logins and calls; the token goes along, and is renewed once after a rejection", async () => {
    const pages = await record((response, { url }) => {
      const script = scripts.get(url ?? "");
      const type = script === undefined ? "text/html" : "text/javascript";
      response.writeHead(200, { "content-type": type }).end(script ?? page);
    });
    onTestFinished(() => pages.close());
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const opened = await browser.newPage();
    const sent: string[] = [];
    opened.on("request", (request) => {
      const { origin, pathname } = new URL(request.url());
      if (origin === "https://login.example.org") sent.push(`${request.method()} ${pathname}`);
    });
    await opened.goto(pages.url);

    const answers = await opened.evaluate<unknown[]>(`(async () => {
      const { products, rejectOnce } = await import("/products.js");
      const first = await products();
      rejectOnce();
      return [first, await products()];
    })()`);

    expect(answers).toEqual(Array(2).fill([{ name: "Kettle" }]));
    const login = "POST /v1/api/auth/login";
    const call = "GET /products";
    expect(sent).toEqual([login, call, call, "POST /v1/api/auth/refresh", login, call]);
    // The server of the page saw nothing but the page, and the name of the service leads nowhere.
    expect(pages.requests.map(({ url }) => url)).toEqual(["/", "/products.js", "/mockServiceWorker.js"]);
  });
});
