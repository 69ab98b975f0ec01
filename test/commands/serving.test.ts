import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { findTranslations } from "../../scripts/docs/translations.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { repository, startProcess } from "../support/processes.ts";
import { contents, copyProject } from "../support/project-copy.ts";
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

/** Asks for a page, again and again, until something is done, and gives what is not all of it. */
async function pagesWhile(work: Promise<unknown>, urls: string[], path: string): Promise<string[]> {
  const torn: string[] = [];
  let isDone = false;
  const ask = async (url: string) => {
    while (!isDone) {
      const response = await fetch(url + path, { headers: { range: "bytes=5-1" } });
      const page = await response.text();
      if (response.status !== 200 || !page.endsWith("</html>\n")) torn.push(`HTTP ${response.status}: ${page}`);
    }
  };
  const asking = Promise.all(urls.flatMap((url) => [ask(url), ask(url)]));
  await work.finally(() => {
    isDone = true;
  });
  await asking;
  return torn;
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

test.concurrent("npm start, two at once, serves docs and mock on one port and follows its sources; Ctrl-C leaves nothing behind", {
  timeout: 60_000,
}, async ({ expect }) => {
  const [first, second] = documents;
  if (!first || !second) throw new Error("There are no two documents.");
  await using project = await copyProject({ documents: [first.name, second.name] });
  await using start = startProcess("npm", ["start", "--", "--port", "0"], { cwd: project.folder });
  await using other = project.startScript("start", ["--port", "0", "--host", "0.0.0.0"]);
  const both = [start, other];
  const own = operations.filter(({ api }) => api === first.name || api === second.name);

  const mock = await start.printed(/^Mock: (http:\/\/127\.0\.0\.1:\d+) /m);
  const { answered, documented } = await successes(mock, own);
  expect(answered).toEqual(documented);
  const urls = await Promise.all(both.map((each) => each.printed(/^Docs: (http:\/\/[\d.]+:\d+)\/$/m)));
  expect(urls[0]).toBe(mock);
  const asked = async (path: string) => Promise.all(urls.map(async (url) => (await fetch(url + path)).text()));
  for (const page of await asked("/")) expect(page).toContain(`href="${second.name}.html`);
  for (const page of await asked(`/${second.name}.html`)) {
    expect(page).toContain(second.document.info.title);
    // Nobody can send anything there.
    expect(page).not.toContain("0.0.0.0:");
  }
  for (const json of await asked(`/${second.name}.json`)) expect(JSON.parse(json)).toEqual(second.document);

  // A change is followed by both, a faulty one by neither.
  const file = join(project.folder, first.file);
  const text = await readFile(file, "utf8");
  const changed = text.replace(/^ {2}title: .*/m, "  title: As it is called from now on");
  await writeFile(file, changed);
  await Promise.all(both.map((each) => each.printed(/^Docs and mock are up to date\.$/m)));
  await writeFile(file, `${changed}  nowhere: [\n`);
  const place = new RegExp(`^${first.file}:\\d+:\\d+: .+\nDocs and mock stay as they were\\.$`, "m");
  await Promise.all(both.map((each) => each.complained(place)));
  for (const page of await asked(`/${first.name}.html`)) expect(page).toContain("As it is called from now on");
  expect(await successes(mock, own)).toEqual({ answered, documented });
  expect(await contents(join(project.folder, "dist"))).toEqual({});

  // Another process builds a folder from the same sources, and ends nothing that is served meanwhile.
  await writeFile(file, changed);
  const built = project.runScript("docs");
  const torn = await pagesWhile(built, urls, `/${second.name}.html`);
  expect(await built).toMatchObject({ code: 0, stderr: "" });
  expect(torn).toEqual([]);
  expect(await readdir(join(project.folder, "dist"))).toEqual(["docs"]);

  for (const each of both) each.interruptGroup();
  expect((await start.ended).code).toBe(0);
  expect((await other.ended).code).toBe(0);
  await expect.poll(() => start.running() + other.running(), { timeout: 5_000 }).toBe(0);
  await listenAgainAt(mock);
});

test.concurrent("a faulty translation keeps no mock from answering, and the docs come when it is mended", async ({
  expect,
}) => {
  const [translation] = await findTranslations();
  if (!translation) throw new Error("There is no translation.");
  await using project = await copyProject({ documents: [translation.name] });
  const file = join(project.folder, translation.file);
  const text = await readFile(file, "utf8");
  await writeFile(file, "overlay: 1.0.0\n");
  await using start = project.startScript("start", ["--port", "0"]);
  const url = await start.printed(/^Mock: (\S+) /m);
  await start.complained(new RegExp(`^${translation.file}:1:1: .+\nThe mock answers`, "m"));
  const { answered, documented } = await successes(
    url,
    operations.filter(({ api }) => api === translation.name),
  );
  expect(answered).toEqual(documented);
  expect((await fetch(`${url}/`)).status).toBe(503);
  await writeFile(file, text);
  await start.printed(/^Docs and mock are up to date\.$/m);
  expect((await fetch(`${url}/`)).status).toBe(200);
});

test.concurrent("Ctrl-C while the docs are being built stops the building too", async ({ expect }) => {
  await using project = await copyProject({ documents: ["onebox"] });
  await using start = project.startScript("start", ["--port", "0"]);
  await start.printed(/^Mock: /m);

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
