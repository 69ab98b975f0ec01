import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { findTranslations } from "../../scripts/docs/translations.ts";
import { repository, startProcess } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";
import { documents, listenAgainAt, operations, successes } from "./served.ts";

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
