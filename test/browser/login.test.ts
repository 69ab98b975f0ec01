import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Calling } from "../support/calling.ts";
import { hasBrowser, launchChromium, remedy } from "../support/chromium.ts";
import { deferred } from "../support/deferred.ts";
import { type Operation, operations, success } from "../support/operations.ts";
import { leaks } from "../support/printed.ts";
import { answerJson, type Recorder, record } from "../support/record.ts";
import type { Attempt } from "./page.ts";

if (!hasBrowser) process.stdout.write(`The browser tests are skipped: ${remedy}.\n`);

const secret = randomBytes(16).toString("hex");
const token = randomBytes(16).toString("hex");

const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
};

describe.skipIf(!hasBrowser)("in a browser", () => {
  let answer: (response: ServerResponse) => void;
  let pages: Recorder;
  let service: Recorder;
  let other: Recorder;
  let browser: Browser;
  let page: Page;
  const written: string[] = [];

  beforeAll(async () => {
    const bundle = await build({
      entryPoints: ["test/browser/page.ts"],
      bundle: true,
      format: "iife",
      write: false,
      logLevel: "silent",
    });
    const script = bundle.outputFiles[0]?.text ?? "";
    pages = await record((response, { url }) =>
      url === "/page.js"
        ? response.writeHead(200, { "content-type": "text/javascript" }).end(script)
        : response
            .writeHead(200, { "content-type": "text/html; charset=utf-8" })
            .end('<!doctype html><title>Login</title><link rel="icon" href="data:,"><script src="/page.js"></script>'),
    );
    service = await record((response, { method }) => {
      for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
      if (method === "OPTIONS") response.writeHead(204).end();
      else answer(response);
    });
    other = await record((response) => {
      for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
      answerJson(response, { token: "stolen" });
    });
    browser = await launchChromium();
    page = await browser.newPage();
    page.on("console", (message) => written.push(message.text()));
    page.on("pageerror", (error) => written.push(`${error.message}\n${error.stack}`));
    await page.goto(pages.url);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([pages?.close(), service?.close(), other?.close()]);
    expect(leaks(written.join("\n"), secret)).toEqual([]);
    expect(leaks(written.join("\n"), token)).toEqual([]);
  });

  beforeEach(() => {
    service.requests.length = 0;
    other.requests.length = 0;
  });

  /** Calls in the page, and looks that nothing shows a secret and how many requests came, preflights not counted. */
  async function attempt(call: Partial<Attempt> & { calling: Calling }, requests = 1) {
    const seen = await page.evaluate((one) => window.attempt(one), { baseUrl: service.url, secret, ...call });
    expect(leaks(seen.shown, secret)).toEqual([]);
    expect(leaks(seen.shown, token)).toEqual([]);
    expect(service.requests.filter(({ method }) => method !== "OPTIONS")).toHaveLength(requests);
    expect(other.requests).toHaveLength(0);
    return seen;
  }

  test.each(operations)("$name succeeds, with the token ready to send", async (operation) => {
    answer = (response) => answerJson(response, success(operation, token).body);
    const { header, method } = operation;
    const seen = await attempt({ calling: operation });
    const value = header.scheme === undefined ? token : `${header.scheme} ${token}`;
    expect(seen).toMatchObject({ outcome: "success", token: { value: token, header: { name: header.name, value } } });
    const sent = service.requests.find((request) => request.method === method);
    expect(sent && sent.body + JSON.stringify(sent.headers)).toContain(secret);
  });

  const posting = operations.find(({ init }) => init.body !== undefined) as Operation;
  const inHeaders = operations.find(({ secretAt }) => secretAt.includes("header")) as Operation;

  describe.each([posting, inHeaders])("$name", (operation) => {
    const calling: Calling = operation;

    test.each([
      [429, {}, "rate_limited"],
      [500, {}, "server_error"],
      [200, "text", "unexpected_reply"],
    ])("HTTP %i with %j comes to %s", async (status, body, outcome) => {
      answer = (response) => answerJson(response, body, status);
      expect(await attempt({ calling })).toMatchObject({ outcome });
    });

    test("a redirect is not followed, be it to another origin or not", async () => {
      for (const location of [`${other.url}/elsewhere`, "/elsewhere"]) {
        answer = (response) => response.writeHead(307, { location }).end();
        for (const raw of [false, true]) {
          service.requests.length = 0;
          expect(await attempt({ calling, raw })).toMatchObject({ outcome: "redirected" });
        }
      }
    });

    test("a caller can go away", async () => {
      const arrived = deferred();
      answer = () => arrived.resolve();
      const seen = attempt({ calling });
      await arrived.promise;
      await page.evaluate(() => window.abort());
      expect(await seen).toMatchObject({ outcome: "aborted" });
    });

    test.each<[string, string, (response: ServerResponse) => unknown]>([
      ["a reply of 2 MiB", "reply_too_large", (response) => response.end(" ".repeat(2 ** 21))],
      [
        "a connection that breaks in the middle of the body",
        "network",
        (response) =>
          response.writeHead(200, { "content-length": 10_000 }).write("{", () => response.socket?.destroy()),
      ],
    ])("%s comes to %s", async (_, outcome, reply) => {
      answer = reply;
      expect(await attempt({ calling })).toMatchObject({ outcome });
    });

    test("a service that does not allow the page is the network's fault", async () => {
      expect(await attempt({ calling, baseUrl: pages.url }, 0)).not.toMatchObject({ outcome: "success" });
    });

    test.each(["\nInjected: yes", "日本語", " "])(
      "a header that ends in %j cannot be sent, and nothing is",
      async (end) => {
        const headers = { "X-Key": `${secret}${end}` };
        expect(await attempt({ calling, headers }, 0)).toMatchObject({ outcome: "unsendable_credential" });
      },
    );

    test("a reply that may be kept is not: every login is sent", async () => {
      const kept = { "cache-control": "public, max-age=3600", "last-modified": new Date(0).toUTCString() };
      for (const requests of [1, 2]) {
        const { body } = success(operation, `${token}-${requests}`);
        answer = (response) => response.writeHead(200, kept).end(JSON.stringify(body));
        const seen = await attempt({ calling }, requests);
        expect(seen).toMatchObject({ outcome: "success", token: { value: `${token}-${requests}` } });
      }
    });
  });

  test("plain http to another host is refused", async () => {
    const elsewhere = { calling: posting, baseUrl: "http://127.0.0.1.example.org" };
    expect(await attempt(elsewhere, 0)).toMatchObject({ outcome: "insecure_url" });
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ["a service that does not answer", () => {}],
    ["a body that never ends", (response) => response.writeHead(200).write("{")],
  ])("%s is given up at the deadline", async (_, answered) => {
    answer = answered;
    // Long enough for a busy machine to send it.
    expect(await attempt({ calling: posting, timeout: 1500 })).toMatchObject({ outcome: "timeout" });
  });

  test.each(["line\rbreak", "nul\0", "日本語", "\tleading"])(
    "the password %j cannot be sent in a header, and nothing is",
    async (password) => {
      const seen = await attempt({ calling: inHeaders, secret: password }, 0);
      expect(seen).toMatchObject({ outcome: "unsendable_credential" });
    },
  );

  test.each(["é ÿ", "pass word"])("the password %j arrives unchanged in a header", async (password) => {
    answer = (response) => answerJson(response, success(inHeaders, token).body);
    expect(await attempt({ calling: inHeaders, secret: password })).toMatchObject({ outcome: "success" });
    const sent = service.requests.find(({ method }) => method === inHeaders.method);
    expect(sent?.headers[inHeaders.secretAt.at(-1)?.toLowerCase() ?? ""]).toBe(password);
  });
});
