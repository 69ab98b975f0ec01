import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { readDocuments } from "../../scripts/documents.ts";
import { runWorkflows, workflowFiles } from "../../scripts/workflows.ts";
import { type Listening, listen } from "../../src/mock/listen.ts";
import { createMock } from "../../src/mock/server.ts";
import { serve } from "../support/serve.ts";

const file = (api: string) => `openapi/workflows/${api}.arazzo.yaml`;
const canary = "canary-2b90";
const inputs = `user=me,password=${canary}`;
const workflow = "loginThenRefresh";

/** A copy of openapi/, in which a workflow can be broken. */
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "login-apis-workflows-"));
  await Promise.all(["openapi", "redocly.yaml"].map((name) => cp(name, join(copy, name), { recursive: true })));
  await Promise.all(
    ["scripts", "src", "node_modules", "package.json"].map((name) =>
      symlink(join(process.cwd(), name), join(copy, name)),
    ),
  );
});
afterAll(() => rm(copy, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** The copy of an API's workflows, with one text in place of another. */
async function changed(api: string, from: string, to: string): Promise<string> {
  const original = await readFile(file(api), "utf8");
  expect(original).toContain(from);
  await writeFile(join(copy, file(api)), original.replaceAll(from, to));
  return join(copy, file(api));
}

const restored = (api: string) => cp(file(api), join(copy, file(api)));

describe("the workflows", () => {
  it("are a file for an API, with a login and wrong credentials, and a refresh where the API has one", async () => {
    const documents = await readDocuments();
    const files = await workflowFiles();
    expect(files.filter((each) => !documents.some(({ name }) => file(name) === each))).toEqual([]);
    expect(files).not.toHaveLength(0);
    for (const { name, document } of documents.filter((each) => files.includes(file(each.name)))) {
      const { workflows, sourceDescriptions } = parse(await readFile(file(name), "utf8"));
      const refreshes = JSON.stringify(document.paths).includes('"operationId":"refresh"');
      expect(sourceDescriptions).toEqual([{ name, type: "openapi", url: `../${name}.yaml` }]);
      expect(workflows.map(({ workflowId }: { workflowId: string }) => workflowId)).toEqual(
        refreshes ? ["login", "loginThenRefresh", "wrongCredentials"] : ["login", "wrongCredentials"],
      );
    }
  });

  it("require every input, default none, and mark every one that is a password", async () => {
    for (const name of await workflowFiles()) {
      const { workflows } = parse(await readFile(name, "utf8"));
      for (const { inputs } of workflows) {
        expect(inputs.required).toEqual(Object.keys(inputs.properties));
        expect(JSON.stringify(inputs)).not.toContain('"default"');
        const secrets = Object.entries<{ format?: string }>(inputs.properties).filter(([key]) => /password/i.test(key));
        expect(secrets).toHaveLength(1);
        expect(secrets.map(([, { format }]) => format)).toEqual(["password"]);
      }
    }
  });

  it("quote strings as Arazzo has it", async () => {
    for (const name of await workflowFiles()) expect(await readFile(name, "utf8")).not.toMatch(/condition: .*"/);
  });

  it("pass against the mock, with the inputs of the documents' scenarios", { timeout: 60_000 }, async () => {
    const files = await workflowFiles();
    const expected = await Promise.all(
      files.map(async (name) => {
        const { workflows } = parse(await readFile(name, "utf8"));
        // A run for each scenario, `wrongPassword` having one workflow.
        return [workflows.length - 1, 1].map((count) => `Workflows: ${count} passed, ${count} total`);
      }),
    );
    const output = await runWorkflows(files);
    expect(output.match(/Workflows: .*total/g)).toEqual(expected.flat());
  });

  it("fail if they are broken", { timeout: 180_000 }, async () => {
    const broken = [
      await changed("esignon", "result_code == '00'", "result_code == '01'"),
      await changed("header-login", "code == 401", "code == 402"),
      await changed("onebox", "email: $inputs.email, password: $inputs.password", "password: $inputs.password"),
      await changed(
        "refresh-login",
        "refresh_token: $steps.login.outputs.refreshToken",
        "refresh_token: expired-refresh-token",
      ),
    ];
    const message = await runWorkflows(broken).catch((error: Error) => error.message);
    const passed = "Workflows: 1 passed, 1 total";
    const failed = "Workflows: 1 failed, 1 total";
    expect(message.match(/Workflows: .*total/g)).toEqual([
      ...[failed, passed],
      ...[passed, failed],
      ...[failed, passed],
      ...["Workflows: 1 passed, 1 failed, 2 total", passed],
    ]);
    await Promise.all(broken.map((name) => restored(basename(name, ".arazzo.yaml"))));
  });

  it("are linted by npm run lint", { timeout: 180_000 }, async () => {
    const lint = () =>
      promisify(execFile)(process.execPath, ["--import", "tsx", join(process.cwd(), "scripts/lint.ts")], { cwd: copy });
    expect((await lint()).stdout).toContain("validating openapi/workflows/onebox.arazzo.yaml");
    await changed("onebox", "stepId: login", "stepId: [login]");
    await expect(lint()).rejects.toMatchObject({ stderr: expect.stringContaining("onebox.arazzo.yaml:") });
    await restored("onebox");
  });
});

describe("secrets", () => {
  let mock: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    mock = await serve(await createMock(await readDocuments()));
  });
  afterAll(() => mock.close());

  it("given as inputs by the environment are masked in all that is printed, also of a failure", {
    timeout: 60_000,
  }, async () => {
    vi.stubEnv("REDOCLY_CLI_RESPECT_INPUT", inputs);
    const broken = await changed("refresh-login", "code == 0", "code == 7");
    const message = await runWorkflows([broken], { server: mock.url, verbose: true, workflow }).catch(
      (error: Error) => error.message,
    );
    expect(message).toMatch(/Workflows: 1 failed, 1 total/);
    expect(message).toMatch(/"user": "me",\s+"password": "\*{8}"/);
    expect(message).not.toContain(canary);
    await restored("refresh-login");
  });

  it("would be printed if they were not marked", { timeout: 60_000 }, async () => {
    vi.stubEnv("REDOCLY_CLI_RESPECT_INPUT", inputs);
    const unmarked = await changed("refresh-login", ", format: password", "");
    expect(await runWorkflows([unmarked], { server: mock.url, verbose: true, workflow })).toContain(canary);
    await restored("refresh-login");
  });
});

describe("against another server", () => {
  let server: Listening;
  const received: unknown[] = [];
  beforeAll(async () => {
    server = await listen(async (request, response) => {
      received.push([request.url, JSON.parse(await text(request))]);
      const result = { code: 0, access_token: "a", refresh_token: "of-this-login" };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ code: 0, result }));
    }, 0);
  });
  afterAll(() => server.close());

  it("the named workflow runs there with the inputs, and the refresh sends the login's token", {
    timeout: 60_000,
  }, async () => {
    vi.stubEnv("REDOCLY_CLI_RESPECT_INPUT", inputs);
    await runWorkflows([file("refresh-login")], { server: server.url, workflow });
    expect(received).toEqual([
      ["/v1/api/auth/login", { user: "me", password: canary }],
      ["/v1/api/auth/refresh", { refresh_token: "of-this-login" }],
    ]);
  });

  it("inputs are given for it, and it is named where they are", async () => {
    const to = { server: server.url, workflow };
    await expect(runWorkflows([file("refresh-login")], to)).rejects.toThrow("INPUT lacks user, password.");
    vi.stubEnv("REDOCLY_CLI_RESPECT_INPUT", JSON.stringify({ user: "me" }));
    await expect(runWorkflows([file("refresh-login")], to)).rejects.toThrow("INPUT lacks password.");
    await expect(runWorkflows([file("refresh-login")])).rejects.toThrow("name the service with --server");
    await expect(runWorkflows([file("onebox")], { ...to, workflow: "nope" })).rejects.toThrow(
      'onebox.arazzo.yaml has no workflow "nope". Known: login, wrongCredentials.',
    );
  });

  it("a used-up quota of OneBox is no refused login", { timeout: 60_000 }, async () => {
    const quota = await listen((_, response) => {
      const records = { errorCode: 401, userMessage: "time limit reached please try again tomorrow at 18:00 - 06:00" };
      const body = JSON.stringify({ _meta: { status: "ERROR", count: 1 }, records });
      response.writeHead(401, { "content-type": "application/json" }).end(body);
    }, 0);
    vi.stubEnv("REDOCLY_CLI_RESPECT_INPUT", JSON.stringify({ email: "me@example.com", wrongPassword: "x", siteId: 1 }));
    const run = runWorkflows([file("onebox")], { server: quota.url, workflow: "wrongCredentials" });
    await expect(run).rejects.toThrow("Checks: 4 passed, 1 failed");
    await quota.close();
  });

  it("one API has to be named", async () => {
    await expect(runWorkflows(await workflowFiles(), { server: server.url })).rejects.toThrow("Name the one API");
  });

  it("an API without workflows is refused by a line that lists those that have some", async () => {
    const known = (await readDocuments()).map(({ name }) => name).join(", ");
    const run = promisify(execFile)(process.execPath, ["--import", "tsx", "scripts/workflows.ts", "nope"]);
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: `There is no workflow for "nope". Known: ${known}.\n`,
    });
  });
});
