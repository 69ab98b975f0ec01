import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { type StartedProcess, startProcess, untilEnd } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const guard = fileURLToPath(new URL("network-guard.cjs", import.meta.url));

/** The environment in which no process leaves this machine, and the attempts to do so. */
async function guarded(folder: string) {
  const file = join(folder, "network-attempts");
  await writeFile(file, "");
  return {
    env: { NODE_OPTIONS: `--require ${JSON.stringify(guard)}`, LOGIN_APIS_NETWORK_ATTEMPTS: file },
    attempts: () => readFile(file, "utf8"),
  };
}

async function stopWhenServing(server: StartedProcess) {
  await server.printed(/Ctrl-C stops/);
  server.interrupt();
  return server.ended;
}

test.concurrent.for([
  { script: "lint", args: [], end: untilEnd },
  { script: "build", args: [], end: untilEnd },
  { script: "diff", args: [], end: untilEnd },
  { script: "workflows", args: [], end: untilEnd },
  // It generates, builds the docs and starts the mock, so that nothing of these is left for their own scripts.
  { script: "start", args: ["--port", "0"], end: stopWhenServing },
])("$script reaches for nothing beyond this machine", async ({ script, args, end }, { expect }) => {
  await using project = await copyProject({ documents: ["onebox"] });
  const { env, attempts } = await guarded(project.folder);
  await using started = project.startScript(script, args, env);
  expect(await end(started)).toMatchObject({ code: 0, stderr: "" });
  expect(await attempts()).toBe("");
});

test("no verb reaches beyond this machine, whatever host its document names", async ({ expect }) => {
  await using temporary = await temporaryFolder();
  const { folder } = temporary;
  const { env, attempts } = await guarded(folder);
  const bin = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));
  const verb = (...args: string[]) =>
    startProcess(process.execPath, ["--import", import.meta.resolve("tsx"), bin, ...args], {
      cwd: folder,
      env: { ...env, LOGIN_APIS_USER: "ada", LOGIN_APIS_PASSWORD: "correct-password" },
    });
  const started = await untilEnd(verb("init"));
  const probe =
    "{ summary: Logs in nobody., consent: safe, operation: login, credentials: { user: invented, password: invented } }";
  const entry =
    "x-provenance: inferred\n  x-provenance-reason: No page says so.\n  x-verify: { probe: nobody, holds: { status: 401 } }";
  const document = started.stdout.replace("info:\n", `info:\n  ${entry}\n`);
  await writeFile(join(folder, "billing.yaml"), `${document}\nx-verify:\n  nobody: ${probe}\n`);
  const makers = [
    ["check"],
    ["generate", "--out", "code"],
    ["docs", "--out", "site", "--site-url", "https://a.example/"],
  ];
  const made = makers.map((args) => untilEnd(verb(...args, "billing.yaml")));
  await using mock = verb("mock", "billing.yaml", "--strict", "--port", "0");
  const server = await mock.printed(/http:\S+/);
  expect(await untilEnd(verb("verify", "billing.yaml", "--server", server, "--yes"))).toMatchObject({ code: 0 });
  for (const ended of await Promise.all(made)) expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(await attempts()).toBe("");
}, 60_000);

/** What tries to leave, and how each attempt is written down. */
const leaving = {
  'await fetch("http://example.com")': "connect example.com",
  'await fetch("https://192.0.2.1")': "connect 192.0.2.1",
  'const { connect } = await import("node:net"); await once(connect(80, "example.com"), "connect")':
    "connect example.com",
  'const { request } = await import("node:https"); await once(request("https://example.com").end(), "response")':
    "connect example.com",
  'const { connect } = await import("node:http2"); await once(connect("https://example.com"), "connect")':
    "connect example.com",
  'const { lookup } = await import("node:dns/promises"); await lookup("example.com")': "lookup example.com",
  'const { resolve4 } = await import("node:dns"); await promisify(resolve4)("example.com")': "resolve4 example.com",
  'const { Resolver } = await import("node:dns/promises"); await new Resolver().resolveTxt("example.com")':
    "resolveTxt example.com",
  'const { createSocket } = await import("node:dgram"); createSocket("udp4").send("x", 53, "192.0.2.1")':
    "udp 192.0.2.1",
};

test("the guard blocks and writes down every way out, in the processes of a process too", async ({ expect }) => {
  await using temporary = await temporaryFolder();
  const { env, attempts } = await guarded(temporary.folder);
  const child = `
    import { once } from "node:events";
    import { promisify } from "node:util";
    const attempts = [${Object.keys(leaving).map((code) => `async () => { ${code} }`)}];
    for (const attempt of attempts) {
      await attempt().then(() => console.log("went through: " + attempt), () => {});
    }
    process.exit();`;
  const parent = `require("node:child_process").spawn(process.execPath, ["--input-type=module", "--eval", process.argv[1]], { stdio: "inherit" })`;

  const { stdout, stderr } = await untilEnd(startProcess(process.execPath, ["--eval", parent, child], { env }));

  expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
  const written = (await attempts()).split("\n").filter(Boolean);
  expect(written.map((line) => line.split(" by ")[0])).toEqual(Object.values(leaving));
});

test("the guard lets loopback through", async ({ expect }) => {
  await using temporary = await temporaryFolder();
  const { env, attempts } = await guarded(temporary.folder);
  const script = `
    import { createServer } from "node:http";
    const server = createServer((_, response) => response.end("here")).listen(0, "127.0.0.1", async () => {
      for (const host of ["127.0.0.1", "localhost"]) {
        const reply = await fetch("http://" + host + ":" + server.address().port);
        console.log(await reply.text());
      }
      process.exit();
    });`;
  const { stdout } = await untilEnd(startProcess(process.execPath, ["--input-type=module", "--eval", script], { env }));
  expect(stdout).toBe("here\nhere\n");
  expect(await attempts()).toBe("");
});
