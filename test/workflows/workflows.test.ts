import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { readDocuments } from "../../scripts/documents.ts";
import { runWorkflows, workflowFiles } from "../../scripts/workflows.ts";
import { type Listening, listen } from "../../src/mock/listen.ts";
import { createMock } from "../../src/mock/server.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";
import { serve } from "../support/serve.ts";

const file = (api: string) => `openapi/workflows/${api}.arazzo.yaml`;
const canary = "canary-2b90";
const inputs = `user=me,password=${canary}`;
const workflow = "loginThenRefresh";
const files = await workflowFiles();

/** A copy of the repository, in which a workflow can be broken. */
let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject();
});
afterAll(() => copy[Symbol.asyncDispose]());
afterEach(() => vi.unstubAllEnvs());

/** The copy of an API's workflows, with one text in place of another. */
async function changed(api: string, from: string, to: string): Promise<string> {
  const original = await readFile(file(api), "utf8");
  expect(original).toContain(from);
  const target = join(copy.folder, file(api));
  await writeFile(target, original.replaceAll(from, to));
  return target;
}

describe("the workflows", () => {
  it("are a file for an API, with a login and wrong credentials, and a refresh where the API has one", async () => {
    const documents = await readDocuments();
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
    for (const name of files) {
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
    for (const name of files) expect(await readFile(name, "utf8")).not.toMatch(/condition: .*"/);
  });

  it.each(files)("%s pass against the mock, with the inputs of the document's scenarios", async (name) => {
    const { workflows } = parse(await readFile(name, "utf8"));
    // A run for each scenario, `wrongPassword` having one workflow.
    const expected = [workflows.length - 1, 1].map((count) => `Workflows: ${count} passed, ${count} total`);
    const output = await runWorkflows([name]);
    expect(output.match(/Workflows: .*total/g)).toEqual(expected);
  });

  it.each([
    ["esignon", "login", "result_code == '00'", "result_code == '01'"],
    ["header-login", "wrongCredentials", "code == 401", "code == 402"],
    ["onebox", "login", "email: $inputs.email, password: $inputs.password", "password: $inputs.password"],
    [
      "refresh-login",
      "loginThenRefresh",
      "refresh_token: $steps.login.outputs.refreshToken",
      "refresh_token: expired-refresh-token",
    ],
  ])("fail if they are broken: %s, %s", async (api, workflow, from, to) => {
    const running = runWorkflows([await changed(api, from, to)], { workflow });
    await expect(running).rejects.toThrow("Workflows: 1 failed, 1 total");
  });

  it("are linted by npm run lint", async () => {
    await using project = await copyProject({ documents: ["onebox"] });
    const broken = join(project.folder, file("onebox"));
    await writeFile(broken, (await readFile(broken, "utf8")).replace("stepId: login", "stepId: [login]"));
    const { code, stderr } = await project.runScript("lint");
    expect(code).toBe(1);
    expect(stderr).toContain(`validating ${file("onebox")}`);
    expect(stderr).toMatch(/onebox\.arazzo\.yaml:\d/);
  });
});

describe("secrets", () => {
  let mock: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    mock = await serve(await createMock(await readDocuments()));
  });
  afterAll(() => mock.close());

  it("given as inputs by the environment are masked in all that is printed, also of a failure", async () => {
    vi.stubEnv("REDOCLY_CLI_RESPECT_INPUT", inputs);
    const broken = await changed("refresh-login", "code == 0", "code == 7");
    const message = await runWorkflows([broken], { server: mock.url, verbose: true, workflow }).catch(
      (error: Error) => error.message,
    );
    expect(message).toMatch(/Workflows: 1 failed, 1 total/);
    expect(message).toMatch(/"user": "me",\s+"password": "\*{8}"/);
    expect(message).not.toContain(canary);
  });

  it("would be printed if they were not marked", async () => {
    vi.stubEnv("REDOCLY_CLI_RESPECT_INPUT", inputs);
    const unmarked = await changed("refresh-login", ", format: password", "");
    expect(await runWorkflows([unmarked], { server: mock.url, verbose: true, workflow })).toContain(canary);
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

  it("the named workflow runs there with the inputs, and the refresh sends the login's token", async () => {
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

  it("a used-up quota of OneBox is no refused login", async () => {
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
    await expect(runWorkflows(files, { server: server.url })).rejects.toThrow("Name the one API");
  });

  it("an API without workflows is refused by a line that lists those that have some", async () => {
    const known = (await readDocuments()).map(({ name }) => name).join(", ");
    expect(await copy.runScript("workflows", ["nope"])).toEqual({
      code: 2,
      stdout: "",
      stderr: `There is no workflow for "nope". Known: ${known}.\n`,
    });
  });
});
