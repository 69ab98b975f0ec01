import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { buildDocs } from "../../scripts/docs/build.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { sampleBaseUrl } from "../../src/docs/samples.ts";
import { listing } from "../../src/mock/listing.ts";
import { readLogin } from "../../src/openapi/login.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { repository } from "../support/processes.ts";

/** Addresses that are named and never asked by what names them, and why each is there. */
const named: Record<string, string> = {
  "http://www.w3.org/2000/svg": "the name of a namespace, in an image",
  "http://www.sitemaps.org/schemas/sitemap/0.9": "the name of a namespace, in a sitemap",
  "https://json-schema.org/draft/2020-12/schema": "the name of JSON Schema's dialect",
  "https://spec.openapis.org/": "the specification that a page explains, for who follows the link",
  "https://llmstxt.org": "the form of llms.txt, in a comment",
  "https://semver.org/": "what versions mean, for who follows the link",
  "https://openapi-ts.dev/openapi-fetch/": "the page of a dependency, for who follows the link",
  "https://github.com/openapi-ts/": "a dependency's own project, for who follows the link",
  [manifest.homepage.replace(/#.*$/, "")]: "this project's own address",
};

/** What leads nowhere beyond this machine: loopback, and the names and addresses that RFC 2606, 5737 and 6761 reserve. */
const reserved =
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1?\]|192\.0\.2\.\d+|(.*\.)?(example(\.(com|net|org))?|test|invalid|localhost))$/;

interface Address {
  host: string;
  url: string;
  line: string;
}

/** Every address of a text: with a scheme, or where HTML takes one without. */
function addressesIn(text: string): Address[] {
  const pattern =
    /(?:\b(?:https?|wss?|ftp):|(?<=(?:src|href|action)=["']?))\/\/([\w.-]*[\w]|\[[\da-f:]+\])[^\s"'`<>)\\]*/gi;
  return text
    .split("\n")
    .flatMap((line) =>
      [...line.matchAll(pattern)].map(([url, host = ""]) => ({ host: host.toLowerCase(), url, line })),
    );
}

/** What a line says beside its addresses. */
function aroundAddresses(line: string): string {
  return line.replace(/\/\/\S+/g, "");
}

const documents = await readDocuments();

/** The hosts that a document names: its servers', and those that its prose links to. */
const ownHosts = new Map(
  documents.map(({ name, document }) => [
    name,
    new Set(addressesIn(JSON.stringify(document)).flatMap(({ host }) => (reserved.test(host) ? [] : [host]))),
  ]),
);

/** The addresses of a file that may lead to somebody who is not named there, each with its file. */
function foreign(file: string, text: string): string[] {
  const isOf = (api: string) => new RegExp(`(^|[/.])${api}([/.]|$)`).test(file);
  return addressesIn(text).flatMap(({ host, url, line }) => {
    const isNamed = Object.keys(named).some((each) => url.startsWith(each));
    // A sample is run as it is: it asks the mock, whoever's it is.
    const isRun = file.startsWith("samples/");
    const isOwn = [...ownHosts].some(
      ([api, hosts]) => hosts.has(host) && !isRun && (isOf(api) || aroundAddresses(line).includes(api)),
    );
    return reserved.test(host) || isNamed || isOwn ? [] : [`${file}: ${url}`];
  });
}

/** Some files of this repository, and those of some of its folders. */
async function filesIn(...places: string[]): Promise<[file: string, text: string][]> {
  const listed = await Promise.all(
    places.map(async (place) => {
      if (!(await stat(join(repository, place))).isDirectory()) return [place];
      const entries = await readdir(join(repository, place), { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return files.map((file) => relative(repository, file).replaceAll("\\", "/"));
    }),
  );
  const read = async (file: string): Promise<[string, string]> => [
    file,
    await readFile(join(repository, file), "utf8"),
  ];
  return Promise.all([...new Set(listed.flat())].map(read));
}

const packed = manifest.files.filter((name) => !name.startsWith("dist")).map((name) => name.replace(/\/\*.*$/, ""));
const told = ["README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "docs", "samples"];

test("what is packed, told or run names no service of somebody else, but an API's own at that API", async () => {
  const found = await filesIn(...packed, ...told);
  expect(found.length).toBeGreaterThan(100);
  expect(found.flatMap(([file, text]) => foreign(file, text))).toEqual([]);
});

test("nor do the docs, with an address of their own or without, or the curl lines", async () => {
  for (const options of [{ site: "https://docs.example.com/" }, { mock: "http://127.0.0.1:4010" }]) {
    const files = await buildDocs(documents, options);
    for (const [path, { body }] of files) expect(foreign(path, String(body)), path).toEqual([]);
  }
  expect(foreign("listing", listing(readOperations(documents), sampleBaseUrl))).toEqual([]);
});

/** The APIs that have a public host, which a call without a base URL asks. */
const hosted = documents
  .filter(({ document }) => readLogin(document).login?.host !== undefined)
  .map(({ name }) => name);

/** The code of a text that calls an API with a public host and says no base URL: it would ask the vendor. */
function unled(code: string[]): string[] {
  const calls = (each: string) =>
    hosted.some((api) => new RegExp(`\\bfrom "login-apis/${api}"|import\\("login-apis/${api}"`).test(each));
  return code.filter((each) => calls(each) && !/\bbaseUrl\b/.test(each));
}

test("no code that calls an API with a public host leaves out where its requests go", async () => {
  const samples = await filesIn("samples");
  const guides = (await filesIn("README.md", "docs")).flatMap(([, text]) => text.match(/^```\w*\n.*?^```$/gms) ?? []);
  expect(hosted.length).toBeGreaterThan(0);
  expect(unled([...samples.map(([, text]) => text), ...guides])).toEqual([]);
  const [api = ""] = hosted;
  const led = `import { login } from "login-apis/${api}";\nawait login(credentials, { baseUrl });`;
  expect(unled([led])).toEqual([]);
  expect(unled([led.replace(", { baseUrl }", "")])).toHaveLength(1);
});

test("each way in which an address could stand there is seen", () => {
  const [[api, hosts] = ["", new Set<string>()]] = [...ownHosts].filter(([, each]) => each.size > 0);
  const [host = ""] = hosts;
  const seen = (file: string, text: string) => foreign(file, text).length;
  for (const text of [
    'fetch("https://telemetry.acme.io/v1")',
    "wss://acme.io",
    '<script src="//cdn.acme.io/a.js">',
    "<img src=//acme.io/a.png>",
    "curl http://203.0.113.7/login",
    "https://example.com.acme.io",
    "https://[2001:db8::1]/",
    "HTTPS://ACME.IO",
  ])
    expect(seen("src/a.ts", text), text).toBe(1);
  expect(host).not.toBe("");
  // An API's own host: at that API, and nowhere else; in no sample.
  expect(seen(`generated/${api}/index.ts`, `https://${host}`)).toBe(0);
  expect(seen(`/${api}.html`, `https://${host}`)).toBe(0);
  expect(seen("src/http/call.ts", `https://${host}`)).toBe(1);
  expect(seen("README.md", `curl https://${host}/`)).toBe(1);
  expect(seen("README.md", `npm run verify -- ${api} --server https://${host}`)).toBe(0);
  expect(seen(`samples/${api}/login.sh`, `https://${host}`)).toBe(1);
});
