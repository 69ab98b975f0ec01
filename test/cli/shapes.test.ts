import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { checkCommand } from "../../src/cli/check.ts";
import { docsCommand } from "../../src/cli/docs.ts";
import { generateCommand } from "../../src/cli/generate.ts";
import { mockCommand } from "../../src/cli/mock.ts";
import { documentNamed, verifyCommand } from "../../src/cli/verify.ts";
import { createCore } from "../../src/mock/core.ts";
import { mockFetch } from "../../src/mock/wire/fetch.ts";
import { readChecked } from "../../src/openapi/check.ts";
import { packagedDocuments } from "../../src/openapi/packaged.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { apiName } from "../../src/openapi/source.ts";
import { UserError } from "../../src/openapi/user-error.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const skeleton = await readFile(new URL("../../src/cli/document.yaml", import.meta.url), "utf8");
const { folder, ...temporary } = await temporaryFolder();
afterAll(() => temporary[Symbol.asyncDispose]());
const outputs = join(folder, "made");

/** What `init` prints, with one text replaced. */
function altered(before: string | RegExp, after: string): string {
  const text = skeleton.replace(before, after);
  if (text === skeleton) throw new Error(`${before} is not in the document that init prints`);
  return text;
}

/** Every verb that takes a document, by its name. */
const verbs: Record<string, (file: string) => Promise<void>> = {
  check: (file) => checkCommand([file]),
  generate: (file) => generateCommand(["--out", join(outputs, "code"), file]),
  mock: (file) => mockCommand(["--scenarios", file], packagedDocuments),
  docs: (file) => docsCommand(["--out", join(outputs, `docs-${basename(file)}`), file]),
  verify: (file) => verifyCommand([file, "--server", "http://127.0.0.1:9"], documentNamed),
};

/** Runs a verb as the command does, and gives how it ends and what it says, without the folder. */
async function run(verb: string, file: string): Promise<{ code: number; said: string }> {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  const short = (text: string) => text.replaceAll(`${folder}/`, "");
  try {
    await verbs[verb]?.(file);
    return { code: 0, said: short(printed.join("")) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.exitCode, said: short(error.message) };
  } finally {
    write.mockRestore();
  }
}

/** Operations as others write them: without names, descriptions, scenarios, or a `default`. */
const others = `  /things/{id}:
    get:
      tags: [things]
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      responses: { "200": { description: Things., content: { application/json: { schema: { allOf: [{ type: object }] } } } } }
    post:
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      requestBody: { content: { application/json: { schema: { type: object }, examples: { one: { value: {} } } } } }
      responses: { "201": { description: Made. }, "400": { description: Not., content: { application/json: { examples: { x: { value: 1 } } } } } }
components:
`;
const webhook = `webhooks:
  paid:
    post:
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { "200": { description: Thanks. } }
components:
`;
const described = "{ type: string, description: The same in a sentence. }";
const anchored = altered("{ type: string, description: The name of your account. }", "&text { type: string }");
const inJson = JSON.stringify(parse(skeleton), undefined, "\t");
const marked = (text: string) => `\u{feff}${text.replaceAll("\n", "\r\n")}`;

describe("a document of any of these shapes is right for every verb", () => {
  test.each([
    ["what init prints", "init.yaml", skeleton],
    ["JSON, with tabs", "json.json", inJson],
    ["JSON with a mark of byte order and CRLF", "marked.json", marked(inJson)],
    ["YAML with a mark of byte order and CRLF", "marked.yml", marked(skeleton)],
    ["an anchor and an alias", "alias.yaml", anchored.replace(described, "*text")],
    ["a merge key", "merge.yaml", anchored.replace(described, "{ <<: *text, description: The same. }")],
    ["no servers", "none.yaml", altered(/servers:\n.*\n/, "")],
    ["a server with a path", "path.yaml", altered("billing.example.com", "billing.example.com/v1")],
    ["a relative server", "relative.yaml", altered("https://billing.example.com", "/v1")],
    [
      "a server with variables",
      "variables.yaml",
      altered("https://billing.example.com", "https://{where}.example.com\n    variables: { where: { default: eu } }"),
    ],
    ["tags, and operations without a login", "others.yaml", altered("components:\n", others)],
    ["webhooks", "webhooks.yaml", altered("components:\n", webhook)],
    ["a name with a blank", "my api.yaml", skeleton],
  ])("%s", async (_, name, text) => {
    const file = join(folder, name);
    await writeFile(file, text);
    const { servers = [], paths } = parse(text.replace("\u{feff}", ""));

    expect(await run("check", file)).toEqual({ code: 0, said: `${name}: nothing is wrong.\n` });

    expect(await run("generate", file)).toMatchObject({ code: 0 });
    const code = (made: string) => readFile(join(outputs, "code", apiName(file), made), "utf8");
    const types = await code("schema.ts");
    for (const path of Object.keys(paths)) expect(types).toContain(`"${path}": {`);
    // Code has an address of its own only where the document names one.
    const [address] = servers.flatMap(({ url }: { url: string }) => (/^https:[^{]*$/.test(url) ? [url] : []));
    const addresses = `${types}${await code("index.ts")}`.match(/https?:\/\/[^"\s]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(address === undefined ? [] : [address]));

    const listed = await run("mock", file);
    const documents = await readChecked([file]);
    const answer = mockFetch(createCore(documents));
    for (const operation of readOperations(documents)) {
      expect(listed.said).toContain(`: ${operation.method.toUpperCase()} ${operation.path}\n`);
      for (const reply of operation.replies) {
        const { path, ...request } = wireRequest(operation, reply);
        expect((await answer(`http://127.0.0.1${path}`, request)).status, reply.name).toBe(reply.status);
      }
    }

    expect(await run("docs", file)).toMatchObject({ code: 0 });
    const page = await readFile(join(outputs, `docs-${name}`, `${apiName(file)}.md`), "utf8");
    for (const path of Object.keys(paths)) expect(page).toContain(path);

    const nothing = `${apiName(file)}: the document has no x-verify, and there is nothing to ask.`;
    expect(await run("verify", file)).toEqual({ code: 2, said: nothing });
  });
});

const converting = (file: string) => `npx openapi-format@1 ${file} --convertTo 3.1 --no-sort --output `;
const begin = "`npx login-apis init` prints a document to start from.";

describe("what is no such document every verb refuses in a line that says what to do", () => {
  test.each<[name: string, content: string | Uint8Array, code: number, place: string, said: string]>([
    [
      "3.0.yaml",
      altered("3.1.0", "3.0.3"),
      1,
      ":1:1: ",
      `but 3.0.3. Convert it: ${converting("3.0.yaml")}3.0.3.1.yaml`,
    ],
    ["3.0.json", '{\n  "openapi": "3.0.0" }', 1, ":2:3: ", `Convert it: ${converting("3.0.json")}3.0.3.1.json`],
    ["an old.yaml", altered("3.1.0", "3.0.3"), 1, ":1:1: ", `${converting('"an old.yaml"')}"an old.3.1.yaml"`],
    [
      "swagger.yaml",
      'swagger: "2.0"\n',
      1,
      ":1:1: ",
      `Swagger 2.0. Convert it: npx swagger2openapi@7 swagger.yaml --outfile swagger.3.0.yaml && ${converting("swagger.3.0.yaml")}swagger.3.1.yaml`,
    ],
    ["3.2.yaml", altered("3.1.0", "3.2.0"), 1, ":1:1: ", "but 3.2.0: write `openapi: 3.1.0`."],
    ["number.yaml", altered("3.1.0", "3.1"), 1, ":1:1: ", "but 3.1: write `openapi: 3.1.0`."],
    [
      "several.yaml",
      altered("#/components/schemas/Failure", "failure.yaml"),
      1,
      ":66:25: ",
      "Or bundle it into one file: npx openapi-format@1 several.yaml --no-sort --output several.bundled.yaml",
    ],
    [
      "remote.yaml",
      altered("#/components/schemas/Failure", "https://example.com/a.yaml"),
      1,
      ":66:25: ",
      "Or bundle it into one file: npx openapi-format@1 remote.yaml --no-sort --output remote.bundled.yaml",
    ],
    [
      "nullable.yaml",
      altered("type: integer", "type: integer, nullable: true"),
      1,
      ":88:38: ",
      'not expected here. OpenAPI 3.1 has `type: [string, "null"]`',
    ],
    ["empty.yaml", "", 1, ":1:1: ", `This file is empty: it says no \`openapi: 3.1.0\`. ${begin}`],
    ["empty.json", " \n", 1, ":1:1: ", `This file is empty: it says no \`openapi: 3.1.0\`. ${begin}`],
    ["comment.yaml", "# nothing\n", 1, ":1:1: ", `This file is empty: it says no \`openapi: 3.1.0\`. ${begin}`],
    [
      "other.yaml",
      "services:\n  web: {}\n",
      1,
      ":1:1: ",
      `This is no OpenAPI 3.1: it says no \`openapi: 3.1.0\`. ${begin}`,
    ],
    ["list.json", "[1]", 1, ":1:1: ", begin],
    ["bytes.yaml", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0), 1, ":1:1: ", "This is no text in UTF-8, but bytes."],
    ["utf16.yaml", Buffer.from(`\u{feff}${skeleton}`, "utf16le"), 1, ":1:1: ", "Save it as UTF-8"],
    [
      "latin.yaml",
      Buffer.from("# caf\u{e9}\n", "latin1"),
      1,
      ":1:6: ",
      "The file is not UTF-8 from here on. Save it as UTF-8.",
    ],
    ["cut.json", inJson.slice(0, 300), 1, ":", "unexpected end"],
    ["folder.yaml", "", 2, " is a folder", "name the files in it that are documents."],
    [
      "there-is-none.yaml",
      "",
      2,
      "",
      "There is no file there-is-none.yaml. `npx login-apis init > there-is-none.yaml` begins one.",
    ],
    ["api.txt", skeleton, 2, ": ", "a document's name ends in .yaml, .yml, .json."],
    [
      "https://example.com/api.yaml",
      "",
      2,
      " is an address, and nothing is fetched.",
      "curl -fsSL -o api.yaml https://example.com/api.yaml",
    ],
  ])("%s", async (name, content, code, place, remedy) => {
    const isAddress = name.startsWith("https:");
    const file = isAddress ? name : join(folder, name);
    if (name === "folder.yaml") await mkdir(file, { recursive: true });
    else if (content !== "" || name.startsWith("empty")) await writeFile(file, content);
    for (const verb of Object.keys(verbs)) {
      const { said, ...ended } = await run(verb, file);
      expect({ verb, ...ended }, said).toEqual({ verb, code });
      expect(said, verb).toContain(place === "" ? remedy : `${name}${place}`);
      expect(said, verb).toContain(remedy);
    }
  });
});

describe("what says something else than x-login may, every verb refuses with its place, and shows what may stand there", () => {
  const login = / {6}x-login:\n( {8}.*\n)+/;
  test.each([
    ["nothing of a login", login, "", ":11:1: ", "x-login:\n      credentials:\n        user: $request.body#/user"],
    ["a number", login, "      x-login: 7\n", ":17:7: ", "x-login:\n      credentials:\n"],
    ["no value", login, "      x-login:\n", ":17:7: ", "x-login:\n      credentials:\n"],
    [
      "a member of another type",
      /ends:\n.*\n/,
      "ends: 3600\n",
      ":28:9: ",
      "ends: [{ in: $response.body#/expires_in }]",
    ],
    [
      "credentials of another type",
      /credentials:\n.*\n.*\n/,
      "credentials: 7\n",
      ":20:9: ",
      "user: $request.body#/user",
    ],
    [
      "a rejection of another type",
      /x-rejection:\n.*\n/,
      "x-rejection: 401\n",
      ":80:7: ",
      "x-rejection:\n      - status: 401",
    ],
    ["a probe of another type", /$/, "x-verify: 7\n", ":95:1: ", "x-verify must be object"],
    [
      "a server with a query",
      "example.com",
      "example.com/?a",
      ":7:5: ",
      "No call could go there. The address has a query",
    ],
    ["a server of no scheme for it", "https:", "ftp:", ":7:5: ", "No call could go there. The address is not https"],
    ["a server with an unknown variable", "billing.", "{where}.", ":7:5: ", "No variable is called where"],
    [
      "a cookie",
      "      requestBody:",
      "      parameters: [{ name: s, in: cookie, schema: {} }]\n      requestBody:",
      ":36:20: ",
      "No cookie is sent",
    ],
  ])("%s", async (what, before, after, place, shown) => {
    const name = `${what.replaceAll(" ", "-")}.yaml`;
    await writeFile(join(folder, name), altered(before, after));
    for (const verb of Object.keys(verbs)) {
      const { code, said } = await run(verb, join(folder, name));
      expect({ verb, code }, said).toEqual({ verb, code: 1 });
      expect(said, verb).toContain(`${name}${place}`);
      expect(said, verb).toContain(shown);
    }
  });
});

test("docs replace neither a file nor a folder that they did not make", async () => {
  const file = join(folder, "billing.yaml");
  await writeFile(file, skeleton);
  await expect(docsCommand(["--out", file, file])).rejects.toThrow(`${file} is a file: name a folder.`);
  await expect(docsCommand(["--out", folder, file])).rejects.toThrow(`${folder} holds other files`);
  expect(await readFile(file, "utf8")).toBe(skeleton);
});
