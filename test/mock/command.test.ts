import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { registry as folder, readDocuments } from "../../scripts/documents.ts";
import { mockCommand, usage } from "../../src/cli/mock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type BuiltPackage, buildPackage, copyPackage, installPeers } from "./built.ts";

const registry = { places: [folder], read: readDocuments };

let bare: BuiltPackage;
let built: BuiltPackage;
beforeAll(async () => {
  bare = await buildPackage();
  built = await copyPackage(bare);
  await installPeers(built);
}, 60_000);
afterAll(() => Promise.all([bare.remove(), built.remove()]));

const started: ChildProcess[] = [];
afterEach(async () => {
  const running = started.splice(0).filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(running.map((child) => once(child, "exit")));
});

const bin = ({ folder }: BuiltPackage) => [join(folder, manifest.bin["login-apis"])];
const script = ["--import", "tsx", "scripts/mock.ts"];
const environment = { ...process.env, PORT: undefined };

/** Runs a command to its end. */
async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, args, { env: { ...environment, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { stdout, stderr, code };
}

/** Starts a command that serves, and gives where it says it does. */
async function serve(args: string[]) {
  const child = spawn(process.execPath, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  const url = () => /http:\S+/.exec(lines[0] ?? "")?.[0];
  await expect.poll(url, { timeout: 10_000 }).toBeDefined();
  return { child, lines, url: url() ?? "" };
}

const login = { headers: { "User-Name": "user_test", Password: "password_test" } };

describe("login-apis mock", () => {
  it("answers for all APIs, logs a line for each request, and ends on SIGTERM", async () => {
    const { child, lines, url } = await serve([...bin(built), "mock", "--port", "0"]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/login`, login)).status).toBe(200);
    await expect
      .poll(() => lines)
      .toEqual([
        `Mock of esignon, header-login, onebox, refresh-login: ${url}`,
        "Ctrl-C stops it.",
        expect.stringMatching(/^header-login login success 200 \d+\.\d ms$/),
      ]);
    // One request that is held back, another that comes after it: both have arrived when the second is answered.
    const held = fetch(`${url}/login`, { headers: { ...login.headers, "X-Mock-Delay": "60000" } });
    const failed = expect(held).rejects.toThrow();
    await (await fetch(`${url}/login`, { headers: { ...login.headers, "X-Mock-Delay": "100" } })).text();
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await failed;
  });

  it("is a login service with --stateful, with accounts of one's own", async () => {
    const accounts = join(built.folder, "accounts.json");
    await writeFile(accounts, JSON.stringify({ "header-login": [{ userName: "bea", password: "her-password" }] }));
    const options = ["--stateful", "--strict", "--lifetime", "60", "--account", accounts];
    const { url } = await serve([...bin(built), "mock", "header-login", "--port=0", ...options]);
    const logIn = async (password: string) => {
      const reply = await fetch(`${url}/login`, { headers: { "User-Name": "bea", Password: password } });
      return { status: reply.status, token: (await reply.json()).token };
    };
    const { token } = await logIn("her-password");
    expect((await logIn("her-password")).token).not.toBe(token);
    expect((await logIn("another")).status).toBe(401);
    const worth = async (sent: string) =>
      (await fetch(`${url}/protected/header-login`, { headers: { Token: sent } })).status;
    expect([await worth(token), await worth("another")]).toEqual([200, 401]);
  });

  it.each([
    [["--lifetime", "60"], "lifetime is of a stateful mock alone: ask for one (stateful: true, or --stateful)."],
    [["--stateful", "--lifetime", "soon"], "lifetime is a whole number of seconds, 1 or more."],
    [["--stateful", "--account", "no-such.json"], "no-such.json: the file cannot be read (ENOENT)."],
  ])("refuses %s", async (options, message) => {
    await expect(mockCommand(["--port=0", ...options], registry)).rejects.toMatchObject({ name: "UserError", message });
  });

  it("answers for the APIs that are named, and with --quiet logs nothing", async () => {
    const { child, lines, url } = await serve([...bin(built), "mock", "onebox", "esignon", "--port=0", "--quiet"]);
    expect((await fetch(`${url}/login`, login)).status).toBe(404);
    expect((await fetch(`${url}/api/authenticate`, { method: "POST" })).status).toBe(422);
    child.kill("SIGINT");
    await once(child, "exit");
    expect(lines).toEqual([`Mock of esignon, onebox: ${url}`, "Ctrl-C stops it."]);
  });

  it("listens on another address with --host, and goes on when nobody reads its log any more", async () => {
    const { child, url } = await serve([...bin(built), "mock", "--port", "0", "--host", "127.0.0.2"]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.2:/);
    expect(await (await fetch(`${url}/_mock/scenarios`)).text()).toContain(`curl '${url}/login'`);
    child.stdout?.destroy();
    for (let count = 0; count < 3; count++) expect((await fetch(`${url}/login`, login)).status).toBe(200);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  });

  it("lists operations and scenarios with --scenarios, which needs no Prism", async () => {
    const [packaged, own] = await Promise.all([
      run([...bin(bare), "mock", "--scenarios", "--port", "4999"]),
      run([...script, "--scenarios", "--port", "4999"]),
    ]);
    expect(packaged).toEqual({ code: 0, stderr: "", stdout: own.stdout });
    expect(packaged.stdout.match(/^curl .*'http:\/\/127\.0\.0\.1:4999\//gm)).toHaveLength(34);
    const { stdout } = await run([...bin(bare), "mock", "--scenarios", "--host", "::1"]);
    expect(stdout).toContain("curl 'http://[::1]:4010/login'");
  });

  it.each([
    ["an unknown API", ["nope"], 2, 'There is no API "nope". Known: esignon, header-login, onebox, refresh-login.'],
    [
      "an unknown option",
      ["--prot", "1"],
      2,
      "Unknown option '--prot'. Known options: --port <value>, --host <value>, --quiet, --scenarios, --strict, --stateful, --lifetime <value>, --account <value>, --admin, --watch, --help, --version.",
    ],
    [
      "a port that is none",
      ["--port", "eighty"],
      2,
      '"eighty" is not a port. Give a number from 0 to 65535, 0 for a free one.',
    ],
    [
      "an address that is not this machine's",
      ["--port", "0", "--host", "192.0.2.1"],
      1,
      "Cannot listen on 192.0.2.1, port 0 (EADDRNOTAVAIL).",
    ],
    ["an API and a file", ["onebox", "billing.yaml"], 2, "Name APIs, or files with documents, and not both."],
  ])("says what is wrong: %s", async (_, args, exitCode, message) => {
    const said = await mockCommand(args, registry).catch((error: unknown) => error);
    expect(said).toMatchObject({ name: "UserError", message, exitCode });
  });

  it("says it in one line, with the exit code", async () => {
    const said = { code: 2, stdout: "", stderr: expect.stringMatching(/^There is no API "nope"\. .*\n$/) };
    expect(await run([...bin(built), "mock", "nope"])).toEqual(said);
  });

  it.each([[[]], [["serve"]]])("says which verbs there are to %j", async (args) => {
    const said = {
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^(There is no verb "serve"\.\n)?Usage: login-apis <verb>/),
    };
    expect(await run([...bin(built), ...args])).toEqual(said);
  });

  it("says how it is used, and its version, and ends well", async () => {
    for (const args of [["--help"], ["-h"]])
      expect(await run([...bin(bare), ...args])).toMatchObject({ code: 0, stderr: "" });
    for (const args of [
      ["mock", "--help"],
      ["mock", "onebox", "-h"],
    ])
      expect(await run([...bin(bare), ...args])).toEqual({ code: 0, stdout: `${usage}\n`, stderr: "" });
    for (const args of [["--version"], ["mock", "--version"]])
      expect(await run([...bin(bare), ...args])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  it("reads documents of one's own anew with --watch, and keeps the last that was good", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.folder, "billing.yaml");
    const text = (await readFile("test/openapi/base.yaml", "utf8")).replace("/companies/{company}/login", "/{company}");
    await writeFile(file, text);
    const { child, lines, url } = await serve([...bin(built), "mock", file, "--port", "0", "--watch", "--quiet"]);
    let errors = "";
    child.stderr?.on("data", (chunk) => {
      errors += chunk;
    });
    const statuses = () =>
      Promise.all(["/a", "/b/a"].map(async (path) => (await fetch(url + path, { method: "POST" })).status));
    expect(await statuses()).toEqual([200, 404]);

    await writeFile(file, text.replace("responses:", "responses: ["));
    await expect.poll(() => errors, { timeout: 10_000 }).toContain(`${file}:`);
    expect(errors).toMatch(/billing\.yaml:\d+:\d+: .*\nThe documents before this change are still answered from\.\n/);
    expect(await statuses()).toEqual([200, 404]);

    await writeFile(file, text.replace("/{company}", "/b/{company}"));
    await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe("Read anew: billing");
    expect(await statuses()).toEqual([404, 200]);
    child.kill("SIGHUP");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("ends when npm, which started it, is gone", async () => {
    // What npx does: it runs a shell that runs the command, and a signal to it ends the shell alone.
    const command = [process.execPath, ...bin(built), "mock", "--port", "0", "--quiet"];
    const shell = spawn("sh", ["-c", `${command.join(" ")}; true`], {
      env: { ...environment, npm_lifecycle_event: "npx" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(shell);
    const lines: string[] = [];
    createInterface(shell.stdout).on("line", (line) => lines.push(line));
    await expect.poll(() => lines[0], { timeout: 10_000 }).toBeDefined();
    const url = /http:\S+/.exec(lines[0] ?? "")?.[0] ?? "";
    expect((await fetch(`${url}/login`, login)).status).toBe(200);
    shell.kill("SIGTERM");
    const isGone = () =>
      fetch(url).then(
        () => false,
        () => true,
      );
    await expect.poll(isGone, { timeout: 5000 }).toBe(true);
  });

  it("says in one line that the port is in use, be it given by --port or PORT", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const port = String((taken.address() as AddressInfo).port);
    const said = {
      code: 1,
      stdout: "",
      stderr: `Port ${port} is in use. Choose another (--port <number>, PORT=<number>); 0 takes a free one.\n`,
    };
    expect(await run([...bin(built), "mock", "--port", port])).toEqual(said);
    expect(await run([...script], { PORT: port })).toEqual(said);
    taken.close();
  });

  it("says in one line what to install if Prism is not", async () => {
    expect(await run([...bin(bare), "mock", "--port", "0"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "The mock needs @stoplight/prism-http@5.12.0. Install it: npm install --save-dev --save-exact @stoplight/prism-http@5.12.0\n",
    });
  });
});

describe("npm run mock", () => {
  it("takes the same arguments, and answers from the documents as they are in the repository", async () => {
    const { lines, url } = await serve([...script, "header-login", "--port", "0"]);
    expect(lines[0]).toBe(`Mock of header-login: ${url}`);
    expect((await fetch(`${url}/login`, login)).status).toBe(200);
    expect((await fetch(`${url}/api/authenticate`)).status).toBe(404);
  });
});

describe("startMock and openMock of login-apis/mock", () => {
  const entry = async ({ folder }: BuiltPackage): Promise<typeof import("../../src/mock/index.ts")> =>
    import(pathToFileURL(join(folder, manifest.exports["./mock"].default)).href);

  it("starts on a free port of this machine, answers, and closes also what waits", async () => {
    const { startMock } = await entry(built);
    const mock = await startMock();
    expect(mock.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${mock.url}/login`, login)).status).toBe(200);
    const waiting = fetch(`${mock.url}/login`, { headers: { ...login.headers, "X-Mock-Fault": "hang" } });
    const failed = expect(waiting).rejects.toThrow();
    await mock.close();
    await failed;
    await expect(fetch(mock.url)).rejects.toThrow();
  });

  it("is held by a test, over its port and without one, and by programs with admin", async () => {
    const { openMock, startMock } = await entry(built);
    const mock = await startMock({ apis: ["header-login"], admin: true, strict: true });
    mock.next("header-login", "dataNotFound");
    expect((await fetch(`${mock.url}/login`, login)).status).toBe(404);
    expect((await mock.fetch("https://any.example/login", login)).status).toBe(200);
    expect(
      (await mock.fetch("https://any.example/login", { headers: { ...login.headers, Password: "x" } })).status,
    ).toBe(401);
    const shown = await (await fetch(`${mock.url}/_mock/requests`)).json();
    expect(shown).toEqual(JSON.parse(JSON.stringify(mock.requests)));
    expect(mock.requests.map(({ scenario }) => scenario)).toEqual(["dataNotFound", "success", "wrongPassword"]);
    await mock.close();
    const opened = await openMock({ apis: ["onebox"] });
    expect((await opened.fetch("https://any.example/login", login)).status).toBe(404);
  });

  it("answers for the APIs that are named, several mocks side by side", async () => {
    const { startMock } = await entry(built);
    const mocks = await Promise.all([startMock({ apis: ["header-login"] }), startMock({ apis: ["onebox"] })]);
    const statuses = await Promise.all(mocks.map(async ({ url }) => (await fetch(`${url}/login`, login)).status));
    expect(statuses).toEqual([200, 404]);
    await Promise.all(mocks.map(({ close }) => close()));
  });

  it("rejects with one line: unknown API, port in use, Prism missing", async () => {
    const { startMock } = await entry(built);
    await expect(startMock({ apis: ["nope"] })).rejects.toThrow('There is no API "nope". Known: esignon, ');
    const mock = await startMock();
    const port = Number(new URL(mock.url).port);
    await expect(startMock({ port })).rejects.toThrow(`Port ${port} is in use.`);
    await mock.close();
    const { startMock: startBare } = await entry(bare);
    await expect(startBare()).rejects.toThrow("The mock needs @stoplight/prism-http@5.12.0. Install it: ");
  });
});
