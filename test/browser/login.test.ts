import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deferred } from "../support/deferred.ts";
import { headerLoginLogin, operations } from "../support/operations.ts";
import { leaks } from "../support/printed.ts";
import { answerJson, type Recorder, record } from "../support/record.ts";
import type { Attempt } from "./page.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const hasBrowser = existsSync(executablePath);
if (!hasBrowser)
  process.stdout.write(
    "The browser tests are skipped: install Debian's package chromium (apt-get install chromium), or name a Chromium in CHROMIUM.\n",
  );

const secret = randomBytes(16).toString("hex");
const token = randomBytes(16).toString("hex");

const args = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Nothing here has a name, so that a browser that looks one up looks for something else.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

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
    browser = await chromium.launch({ executablePath, args });
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
  async function attempt(call: Partial<Attempt> & { name: string }, requests = 1) {
    const seen = await page.evaluate((one) => window.attempt(one), { baseUrl: service.url, secret, ...call });
    expect(leaks(seen.shown, secret)).toEqual([]);
    expect(leaks(seen.shown, token)).toEqual([]);
    expect(service.requests.filter(({ method }) => method !== "OPTIONS")).toHaveLength(requests);
    expect(other.requests).toHaveLength(0);
    return seen;
  }

  describe.each(operations)("$name", ({ name, method, success }) => {
    test("succeeds, with the token ready to send", async () => {
      answer = (response) => answerJson(response, success(token));
      const seen = await attempt({ name });
      expect(seen).toMatchObject({ outcome: "success", token: { value: token } });
      expect((seen.token as { header: { value: string } }).header.value).toMatch(
        new RegExp(`^((esignon|Bearer) )?${token}$`),
      );
      const sent = service.requests.find((request) => request.method === method);
      expect(sent && sent.body + JSON.stringify(sent.headers)).toContain(secret);
    });

    test.each([
      [401, {}, "unknown"],
      [429, {}, "rate_limited"],
      [500, {}, "server_error"],
      [200, {}, "unexpected_reply"],
      [200, "text", "unexpected_reply"],
      [200, [null], "unexpected_reply"],
    ])("HTTP %i with %j comes to %s", async (status, body, outcome) => {
      answer = (response) => answerJson(response, body, status);
      expect(await attempt({ name })).toMatchObject({ outcome });
    });

    test.each([301, 302, 303, 307, 308])("a redirect %i to another origin is not followed", async (status) => {
      answer = (response) => response.writeHead(status, { location: `${other.url}/elsewhere` }).end();
      expect(await attempt({ name })).toMatchObject({ outcome: "redirected" });
      service.requests.length = 0;
      expect(await attempt({ name, raw: true })).toMatchObject({ outcome: "redirected" });
    });

    test("a redirect within the origin is not followed", async () => {
      answer = (response) => response.writeHead(307, { location: "/elsewhere" }).end();
      expect(await attempt({ name })).toMatchObject({ outcome: "redirected" });
    });

    test("a caller can go away", async () => {
      const arrived = deferred();
      answer = () => arrived.resolve();
      const seen = attempt({ name });
      await arrived.promise;
      await page.evaluate(() => window.abort());
      expect(await seen).toMatchObject({ outcome: "aborted" });
    });

    test("a reply of 10 MiB is too large", async () => {
      answer = (response) => response.writeHead(200).end(JSON.stringify(success(token)) + " ".repeat(10 * 1024 * 1024));
      expect(await attempt({ name })).toMatchObject({ outcome: "reply_too_large" });
    });

    test("a connection that breaks in the middle of the body is the network's fault", async () => {
      answer = (response) =>
        response
          .writeHead(200, { "content-length": 10_000 })
          .write(JSON.stringify(success(token)), () => response.socket?.destroy());
      expect(await attempt({ name })).toMatchObject({ outcome: "network" });
    });

    test("a service that does not allow the page is the network's fault", async () => {
      expect(await attempt({ name, baseUrl: pages.url }, 0)).not.toMatchObject({ outcome: "success" });
    });

    test.each([
      ["a line break", `${secret}\nInjected: yes`],
      ["NUL", `${secret}\0`],
      ["Japanese", `${secret}日本語`],
      ["a leading blank", ` ${secret}`],
      ["a trailing blank", `${secret} `],
    ])("a header with %s cannot be sent, and nothing is", async (_, value) => {
      const headers = { "X-Key": value };
      expect(await attempt({ name, headers }, 0)).toMatchObject({ outcome: "unsendable_credential" });
    });

    test("a reply that may be kept is not: every login is sent", async () => {
      const kept = { "cache-control": "public, max-age=3600", "last-modified": new Date(0).toUTCString() };
      for (const requests of [1, 2]) {
        answer = (response) => response.writeHead(200, kept).end(JSON.stringify(success(`${token}-${requests}`)));
        const seen = await attempt({ name }, requests);
        expect(seen).toMatchObject({ outcome: "success", token: { value: `${token}-${requests}` } });
      }
    });

    test("plain http to another host is refused", async () => {
      expect(await attempt({ name, baseUrl: "http://127.0.0.1.example.org" }, 0)).toMatchObject({
        outcome: "insecure_url",
      });
    });
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ["a service that does not answer", () => {}],
    ["a body that never ends", (response) => response.writeHead(200).write("{")],
  ])("%s is given up at the deadline", async (_, answered) => {
    answer = answered;
    // Long enough for a busy machine to send them, and all at once, so that it is waited for once.
    const calls = operations.map(({ name }) => ({ name, baseUrl: service.url, secret, timeout: 1500 }));
    const seen = await page.evaluate((all) => Promise.all(all.map((one) => window.attempt(one))), calls);
    expect(seen.map(({ outcome }) => outcome)).toEqual(calls.map(() => "timeout"));
    expect(seen.flatMap(({ shown }) => leaks(shown, secret))).toEqual([]);
    expect(service.requests.filter(({ method }) => method !== "OPTIONS")).toHaveLength(calls.length);
  });

  test.each([
    ["esignon login", 200, { header: { result_code: "10", result_msg: secret } }, "invalid_credentials"],
    ["esignon login", 200, { header: { result_code: "12", result_msg: secret } }, "invalid_request"],
    ["esignon login", 200, { header: { result_code: "95", result_msg: secret } }, "not_permitted"],
    ["esignon login", 200, { header: { result_code: "99", result_msg: secret } }, "server_error"],
    ["header-login login", 200, { status: "error", code: 401, message: secret }, "invalid_credentials"],
    ["header-login login", 402, { status: "error", code: 402, message: secret }, "invalid_request"],
    ["header-login login", 404, { status: "error", code: 404, message: secret }, "not_found"],
    ["header-login login", 498, { status: "ok", code: 498, message: secret }, "unknown"],
    ["onebox login", 401, { records: { userMessage: `not authorized ${secret}` } }, "invalid_credentials"],
    ["onebox login", 401, { records: { userMessage: `time limit ${secret}` } }, "rate_limited"],
    ["onebox login", 401, { records: { userMessage: secret } }, "unknown"],
    ["refresh-login login", 200, { code: 7 }, "unknown"],
    ["refresh-login refresh", 200, { result: { code: 7, desc: secret } }, "unknown"],
  ])("%s: HTTP %i %j is %s", async (name, status, body, outcome) => {
    answer = (response) => answerJson(response, body, status);
    expect(await attempt({ name })).toMatchObject({ outcome });
  });

  test.each(["line\rbreak", "nul\0", "日本語", "\tleading", "trailing "])(
    "header-login: the password %j cannot be sent, and nothing is",
    async (password) => {
      expect(await attempt({ name: headerLoginLogin.name, secret: password }, 0)).toMatchObject({
        outcome: "unsendable_credential",
      });
    },
  );

  test.each(["é ÿ", "pass word", "a:b"])("header-login: the password %j arrives unchanged", async (password) => {
    answer = (response) => answerJson(response, headerLoginLogin.success(token));
    expect(await attempt({ name: headerLoginLogin.name, secret: password })).toMatchObject({ outcome: "success" });
    const sent = service.requests.find(({ method }) => method === "GET");
    expect(sent?.headers.password).toBe(password);
  });
});
