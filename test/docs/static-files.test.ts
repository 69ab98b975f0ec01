import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import sirv from "sirv";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../support/serve.ts";

const folder = await mkdtemp(join(tmpdir(), "login-apis-static-"));
let site: Served;
beforeAll(async () => {
  await mkdir(join(folder, "docs"));
  await mkdir(join(folder, "docs-of-others"));
  await writeFile(join(folder, "secret.txt"), "SECRET");
  await writeFile(join(folder, "docs-of-others", "secret.txt"), "SECRET");
  await writeFile(join(folder, "docs", "index.html"), "the docs");
  await writeFile(join(folder, "docs", ".hidden"), "SECRET");
  // As scripts/start.ts serves the docs.
  const docs = sirv(join(folder, "docs"));
  site = await serve((request, response) =>
    docs(request, response, () => void response.writeHead(404).end("not here")),
  );
});
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/** The whole answer to a request line that no client would send. */
function ask(target: string): Promise<string> {
  const socket = connect(Number(new URL(site.url).port), "127.0.0.1");
  socket.write(`GET ${target} HTTP/1.1\r\nHost: docs\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

test("the docs are there", async () => {
  expect(await ask("/")).toContain("the docs");
});

const outside = [
  "/../secret.txt",
  "/docs/../../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e%2fsecret.txt",
  "/%252e%252e%252fsecret.txt",
  "/..\\secret.txt",
  "/..%5csecret.txt",
  "/%2e%2e%5csecret.txt",
  "/....//secret.txt",
  "//secret.txt",
  "/../docs-of-others/secret.txt",
  "/%2e%2e/docs-of-others/secret.txt",
  "/index.html/../../secret.txt",
  "/secret.txt%00.html",
  "/../secret.txt%00",
  "/%c0%ae%c0%ae/secret.txt",
  "/%",
  "../secret.txt",
  "file:///etc/passwd",
  "/.hidden",
];
test("no path leads out of them", async () => {
  const answers = await Promise.all(outside.map(async (target) => ({ target, answer: await ask(target) })));
  for (const { target, answer } of answers) {
    expect(answer, target).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer, target).not.toMatch(/SECRET|root:/);
  }
});
