// The page of each API beside those that Redoc and Scalar make of the same document, on a slow line and a slow processor,
// from the same server. Needs Debian's chromium.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, CDPSession, Page } from "playwright-core";
import { buildDocs } from "../scripts/docs/build.ts";
import { redocFiles } from "../scripts/docs/redoc.ts";
import { readDocuments } from "../scripts/documents.ts";
import type { DocsFile } from "../src/docs/build.ts";
import { served } from "../src/docs/files.ts";
import { answerFrom, refusal, send } from "../src/docs/server.ts";
import { keysOf } from "../src/login/place.ts";
import { readLogin } from "../src/openapi/login.ts";
import { launch } from "../test/docs/browser.ts";
import { folder } from "./peers.ts";
import { median, report, spread, versions } from "./report.ts";

/** `npm run pages -- <rounds> <api>…` takes fewer of both. */
const [roundsText = "3", ...named] = process.argv.slice(2);
const rounds = Number(roundsText);
/** Of our own pages. */
const limits = { seconds: 1.5, kibibytes: 10 };
/** Megabits a second, milliseconds of latency, times that the processor is slower. */
const throttle = { line: 1, latency: 40, processor: 4 };
/** High, since neither Redoc nor Scalar renders what is far below the window. */
const viewport = { width: 1280, height: 4000 };
/** No page is waited for longer, in seconds. */
const patience = 40;

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const documents = await readDocuments();
const own = await buildDocs(documents);
const redoc = await redocFiles(own);

const scalarScript = readFileSync(join(folder, "node_modules/@scalar/api-reference/dist/browser/standalone.js"));
const scalar = documents.map(({ name }): [string, DocsFile] => [
  `/${name}.scalar.html`,
  {
    type: "text/html",
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${name}</title></head>
<body>
<script id="api-reference" data-url="/${name}.yaml" data-configuration='{"withDefaultFonts":false}'></script>
<script src="/scalar.js"></script>
</body>
</html>
`,
  },
]);
const files = await served(
  new Map<string, DocsFile>([
    ...own,
    ...redoc,
    ...scalar,
    ["/scalar.js", { type: "text/javascript", body: scalarScript }],
  ]),
);

const server = createServer((request, response) => {
  const { method = "GET", url: target = "/", headers } = request;
  send(response, answerFrom(files, { method, target, headers }) ?? refusal(404, "Not here", headers.accept));
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

interface Subject {
  name: string;
  /** What the secret of the login is called on the wire: a reader can log in when its row is there. */
  field: string;
  /** The login's `operationId`. */
  operation: string;
}

const subjects = documents
  .filter(({ name }) => named.length === 0 || named.includes(name))
  .map(({ name, document }): Subject => {
    const { login } = readLogin(document);
    const place = login?.credentials.find(({ secret }) => secret)?.place;
    if (!login || !place || place.in === "security") throw new Error(`${name}: no secret has a name on the wire`);
    const field = place.in === "body" ? (keysOf(place.pointer).at(-1) ?? "") : place.name;
    return { name, field, operation: login.operation.operation.operationId };
  });

interface Visit {
  /** Seconds from the start of the navigation to the first frame that shows the row; infinite if it is not there in time. */
  firstField: number;
  /** As it came over the line, in KiB. */
  received: number;
}

async function slowDown(session: CDPSession): Promise<void> {
  const bytesPerSecond = (throttle.line * 1_000_000) / 8;
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: throttle.latency,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: throttle.processor });
}

// As it stands in its file: what tsx makes of a function needs more than the function, and a page has no more.
const firstFieldScript = readFileSync(join(folder, "first-field.js"), "utf8");

async function visit(browser: Browser, path: string, field: string): Promise<Visit> {
  const context = await browser.newContext({ viewport });
  try {
    const page: Page = await context.newPage();
    const session = await context.newCDPSession(page);
    await slowDown(session);
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.addInitScript({ content: `${firstFieldScript}\nnoteFirstField(${JSON.stringify(field)});` });
    await page.goto(origin + path, { waitUntil: "commit", timeout: patience * 1000 });
    const noted = await page
      .waitForFunction(() => (globalThis as { firstField?: number }).firstField, undefined, {
        timeout: patience * 1000,
        polling: 200,
      })
      .catch(() => undefined);
    const firstField = noted ? Number(await noted.jsonValue()) / 1000 : Number.POSITIVE_INFINITY;
    return { firstField, received: bytes / 1024 };
  } finally {
    await context.close();
  }
}

/**
 * Each page at its own link to the operation, where it has one: Redoc renders nothing of an operation that nobody has come
 * to, Scalar renders the first at once.
 */
const kinds: Record<string, (subject: Subject) => string> = {
  "login-apis": ({ name, operation }) => `/${name}.html#${operation}`,
  Redoc: ({ name, operation }) => `/${name}.redoc.html#operation/${operation}`,
  Scalar: ({ name }) => `/${name}.scalar.html`,
};
const isShown = (times: number[]) => times.every(Number.isFinite);
const rows: (string | number)[][] = [];
const browser = await launch();
try {
  for (const subject of subjects) {
    const { name, field } = subject;
    const visits: Record<string, Visit[]> = { "login-apis": [], Redoc: [], Scalar: [] };
    for (let round = 0; round < rounds; round += 1)
      for (const [kind, addressOf] of Object.entries(kinds))
        visits[kind]?.push(await visit(browser, addressOf(subject), field));
    for (const [kind, seen] of Object.entries(visits)) {
      const times = seen.map(({ firstField }) => firstField);
      const size = median(seen.map(({ received }) => received));
      const isOurs = kind === "login-apis";
      if (isOurs && (median(times) > limits.seconds || size > limits.kibibytes)) process.exitCode = 1;
      rows.push([
        ...[
          name,
          field,
          kind,
          isShown(times) ? spread(times, 1) : `not within ${patience} s`,
          isOurs ? limits.seconds : "",
        ],
        ...[size.toFixed(1), isOurs ? limits.kibibytes : ""],
      ]);
    }
  }
} finally {
  await browser.close();
  server.close();
}
report(
  "pages",
  `${rounds} rounds, the pages in turn; ${throttle.line} Mbit/s, ${throttle.latency} ms, a processor ${throttle.processor} times slower; every side compressed by brotli. ${versions("@scalar/api-reference", "@redocly/cli")}, Chromium ${browser.version()};`,
  ["API", "field", "page", "first field, s", "limit, s", "received by then, KiB", "limit, KiB"],
  rows,
);
