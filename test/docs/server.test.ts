import { METHODS } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { served } from "../../src/docs/files.ts";
import { answerFrom, type DocsRequest, refusal } from "../../src/docs/server.ts";

const page = `<!doctype html><title>A page</title>${"<p>The same again.</p>".repeat(50)}`;
const files = await served(
  new Map([
    ["/index.html", { type: "text/html", body: page }],
    ["/small.md", { type: "text/markdown", body: "x" }],
    ["/api.yaml", { type: "application/yaml", body: page }],
    ["/api.json", { type: "application/json", body: page }],
    ["/style.css", { type: "text/css; charset=utf-8", body: page }],
    ["/picture.png", { type: "image/png", body: new Uint8Array([1, 2, 3]) }],
    ["/日本.html", { type: "text/html", body: page }],
  ]),
);
const etag = String(files.get("/index.html")?.etag);

function ask(target: string, headers: Record<string, string> = {}, method = "GET") {
  return answerFrom(files, { method, target, headers } as DocsRequest);
}

test.each([
  "/",
  "/index.html",
  "/?a=b",
  "/index.html?/../x",
  "/%69ndex.html",
  "http://elsewhere.example/",
  "/%E6%97%A5%E6%9C%AC.html",
])("%s is a page", (target) => {
  expect(ask(target)).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
});

test.each([
  "/index",
  "/INDEX.HTML",
  "/index.html/",
  "//",
  "/../index.html",
  "/%2e%2e/index.html",
  "/index.html%00",
  "/%",
  "*",
  "index.html",
  "file:///index.html",
])("%j is none, and left to the mock", (target) => {
  expect(ask(target)).toBeUndefined();
});

test("text says its charset, and the documents may be read by pages of any origin", () => {
  const said = [...files.keys()].map((path) => {
    const { headers } = ask(encodeURI(path)) ?? { headers: {} as Record<string, string> };
    return [path, headers["content-type"], headers["access-control-allow-origin"]];
  });
  expect(said).toEqual([
    ["/index.html", "text/html; charset=utf-8", undefined],
    ["/small.md", "text/markdown; charset=utf-8", undefined],
    ["/api.yaml", "application/yaml; charset=utf-8", "*"],
    ["/api.json", "application/json; charset=utf-8", "*"],
    ["/style.css", "text/css; charset=utf-8", undefined],
    ["/picture.png", "image/png", undefined],
    ["/日本.html", "text/html; charset=utf-8", undefined],
    ["/", "text/html; charset=utf-8", undefined],
  ]);
});

test("any method but GET and HEAD is told which there are", () => {
  const others = METHODS.filter((method) => method !== "GET" && method !== "HEAD");
  for (const method of others)
    expect(ask("/", {}, method), method).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  expect(ask("/", {}, "HEAD")?.headers).toEqual(ask("/")?.headers);
});

test.each([
  ["a range that cannot be", "bytes=5-1"],
  ["a negative one", "bytes=-5"],
  ["several", "bytes=0-1,3-4"],
  ["one beyond the end", "bytes=999999-"],
  ["another unit", "lines=1-2"],
  ["junk", "bytes=\u00e4,,-"],
])("%s is answered with the whole page", (_, range) => {
  expect(ask("/", { range })).toMatchObject({ status: 200, body: Buffer.from(page) });
});

test.each([etag, etag.slice("W/".length), `"other", ${etag}`, `W/"other" ,${etag},"more"`, "*"])(
  "304 to a client that has %s",
  (tag) => {
    expect(ask("/api.yaml", { "if-none-match": tag })).toMatchObject({
      status: 304,
      body: "",
      headers: { etag, vary: "Accept-Encoding", "cache-control": "no-cache", "access-control-allow-origin": "*" },
    });
  },
);

test.each(['"other"', "junk", etag.replaceAll('"', ""), ""])("200 to one that has %s", (tag) => {
  expect(ask("/", { "if-none-match": tag })?.status).toBe(200);
});

const readers: Record<string, (body: Uint8Array) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: Buffer.from,
};

test.each([
  ["", "identity"],
  ["br", "br"],
  ["gzip, deflate, br, zstd", "br"],
  ["gzip, deflate", "gzip"],
  ["deflate", "identity"],
  ["BR;Q=1", "br"],
  ["br;q=0", "identity"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0.5, gzip;q=0.8", "gzip"],
  ["br;q=0.001", "br"],
  ["br;q=junk", "identity"],
  ["br;q=2", "identity"],
  ["*", "br"],
  ["*;q=0", "identity"],
  ["br;q=0, *", "gzip"],
  ["identity", "identity"],
  ["identity;q=0.5, gzip;q=0.1", "identity"],
  ["identity;q=0", "gzip"],
  ["identity;q=0, br", "br"],
  ["identity;q=0, *;q=0", "identity"],
  [",,;q=1, gzip", "gzip"],
])("Accept-Encoding %j gets %s", (header, coding) => {
  const { headers, body } = ask("/", { "accept-encoding": header }) ?? {
    headers: {} as Record<string, string>,
    body: "",
  };
  expect(headers["content-encoding"] ?? "identity").toBe(coding);
  expect(readers[coding]?.(body as Uint8Array).toString()).toBe(page);
});

test("a body that compressing would make longer is sent as it is", () => {
  expect(ask("/small.md", { "accept-encoding": "br, gzip" })).toMatchObject({ status: 200, body: Buffer.from("x") });
});

describe("a refusal", () => {
  const chrome = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  test.each([
    [chrome, "text/html; charset=utf-8"],
    ["TEXT/HTML;q=0.1", "text/html; charset=utf-8"],
    ["text/html;q=0", "application/problem+json; charset=utf-8"],
    ["*/*", "application/problem+json; charset=utf-8"],
    ["application/json", "application/problem+json; charset=utf-8"],
    [undefined, "application/problem+json; charset=utf-8"],
  ])("to Accept %s is %s", (accept, type) => {
    const { status, headers, body } = refusal(404, "There is no such page", accept);
    expect({ status, type: headers["content-type"], vary: headers.vary }).toEqual({
      status: 404,
      type,
      vary: "Accept",
    });
    expect(body).toContain("There is no such page");
  });
});

test("the same text has the same tag in each build, and another text another", async () => {
  const tagOf = async (body: string) => (await served(new Map([["/a", { type: "text/plain", body }]]))).get("/a")?.etag;
  expect(await tagOf("one")).toBe(await tagOf("one"));
  expect(await tagOf("one")).not.toBe(await tagOf("other"));
});

test("a large file is compressed too", async () => {
  const body = Array.from({ length: 12_000 }, (_, index) => `function f${index}(){return ${index * 7919}}`).join("\n");
  const [file] = (await served(new Map([["/large.js", { type: "text/javascript", body }]]))).values();
  expect(body.length).toBeGreaterThan(256 * 1024);
  expect(brotliDecompressSync(file?.bodies.br ?? "").toString()).toBe(body);
});
