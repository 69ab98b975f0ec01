import { test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { repository, startProcess } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";
import { serve } from "../support/serve.ts";

const documents = await readDocuments();
const operations = readOperations(documents);

/** What a server answers to the success request of each operation, and what the documents say it does. */
async function successes(url: string, asked = operations): Promise<{ answered: unknown[]; documented: unknown[] }> {
  const replies = asked.flatMap((operation) =>
    operation.replies.filter(({ name }) => name === "success").map((reply) => ({ operation, reply })),
  );
  const answered = await Promise.all(
    replies.map(async ({ operation, reply }) => {
      const { path, ...request } = wireRequest(operation, reply);
      const response = await fetch(url + path, request);
      return { status: response.status, value: await response.json() };
    }),
  );
  const documented = replies.map(({ reply: { status, example } }) => ({ status, value: example.value }));
  return { answered, documented };
}

/** Throws if the port is not free. */
async function listenAgainAt(url: string): Promise<void> {
  const again = await serve((_, response) => void response.end(), Number(new URL(url).port));
  await again.close();
}

test.concurrent("the mock takes a free port, prints it, answers for every operation, and ends on SIGINT", async ({
  expect,
}) => {
  await using project = await copyProject();
  await using mock = project.startScript("mock", [], { PORT: "0" });
  const url = await mock.printed(
    /^Mock of esignon, header-login, onebox, refresh-login: (http:\/\/127\.0\.0\.1:\d+)$/m,
  );

  const { answered, documented } = await successes(url);
  expect(answered).toHaveLength(operations.length);
  expect(answered).toEqual(documented);

  mock.interrupt();
  expect(await mock.ended).toMatchObject({ code: 0, stderr: "" });
  await listenAgainAt(url);
});

test.concurrent("npm start serves the docs and the mock on one port, and Ctrl-C leaves nothing behind", async ({
  expect,
}) => {
  await using project = await copyProject();
  await using start = startProcess("npm", ["start", "--", "--port", "0"], { cwd: project.folder });
  const mock = await start.printed(/^Mock: (http:\/\/127\.0\.0\.1:\d+)/m);
  const docs = await start.printed(/^Docs: (http:\/\/127\.0\.0\.1:\d+\/)$/m);
  expect(docs).toBe(`${mock}/`);

  const { answered, documented } = await successes(mock);
  expect(answered).toEqual(documented);
  const firstPage = await (await fetch(docs)).text();
  for (const { name, document } of documents) {
    expect(firstPage).toContain(`href="${name}.html"`);
    const page = await fetch(new URL(`${name}.html`, docs));
    expect(page.headers.get("content-type")).toMatch("text/html");
    expect(await page.text()).toContain(document.info.title);
    expect(await (await fetch(new URL(`${name}.json`, docs))).json()).toEqual(document);
  }

  start.interruptGroup();
  expect((await start.ended).code).toBe(0);
  await expect.poll(start.running, { timeout: 5_000 }).toBe(0);
  await listenAgainAt(mock);
});

test.concurrent("Ctrl-C while the docs are being built stops the building too", async ({ expect }) => {
  await using project = await copyProject({ documents: ["onebox"] });
  await using start = project.startScript("start", ["--port", "0"]);
  await start.printed(/^Generated /m);

  start.interrupt();
  const { code, stdout, stderr } = await start.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain("Docs:");
  await expect.poll(start.running, { timeout: 5_000 }).toBe(0);
});

/** What the command `prism mock <document>` does, without its options, for several documents in one process. */
const plainPrism = `
  const { default: mock } = require("@stoplight/prism-cli/dist/commands/mock");
  const { default: shared } = require("@stoplight/prism-cli/dist/commands/sharedOptions");
  const defaults = Object.fromEntries(Object.entries(shared).map(([name, option]) => [name, option.default]));
  (async () => {
    for (const document of process.argv.slice(1))
      await mock.handler({ ...defaults, multiprocess: false, dynamic: false, ignoreExamples: false, seed: null, document, port: 0 });
  })();`;

test.concurrent("plain `prism mock` answers success for each document", async ({ expect }) => {
  const files = documents.map(({ file }) => file);
  await using prism = startProcess(process.execPath, ["--eval", plainPrism, ...files], { cwd: repository });
  const last = new RegExp(`(?:Prism is listening on .*\\n[^]*?){${files.length}}`);
  const urls = (await prism.printed(last)).match(/(?<=listening on )http:\/\/127\.0\.0\.1:\d+/g) ?? [];
  expect(urls).toHaveLength(files.length);
  for (const [index, { name }] of documents.entries()) {
    const asked = operations.filter(({ api }) => api === name);
    const { answered, documented } = await successes(urls[index] ?? "", asked);
    expect(answered).not.toHaveLength(0);
    expect(answered).toEqual(documented);
  }
});
