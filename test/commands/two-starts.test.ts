import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { startProcess } from "../support/processes.ts";
import { contents, copyProject } from "../support/project-copy.ts";
import { documents, listenAgainAt, operations, successes } from "./served.ts";

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

const deadline = 120_000;

test("npm start, two at once, serves docs and mock on one port and follows its sources; Ctrl-C leaves nothing behind", {
  // Three builds of the docs, one of them with the reference, while all of them are asked.
  timeout: deadline,
}, async ({ expect }) => {
  const [first, second] = documents;
  if (!first || !second) throw new Error("There are no two documents.");
  await using project = await copyProject({ documents: [first.name, second.name] });
  const started = { cwd: project.folder, deadline };
  await using start = startProcess("npm", ["start", "--", "--port", "0"], started);
  const script = ["--import", "tsx", "scripts/start.ts", "--port", "0", "--host", "0.0.0.0"];
  await using other = startProcess(process.execPath, script, started);
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

  // Prose at the top of the repository is followed too, once the fault is mended.
  await appendFile(join(project.folder, "SECURITY.md"), "\nWritten while it is served.\n");
  await writeFile(file, changed);
  const told = async () => (await asked("/security.md")).filter((page) => page.includes("Written while it is served."));
  await expect.poll(told, { timeout: deadline }).toHaveLength(both.length);

  // Another process builds a folder from the same sources, and ends nothing that is served meanwhile.
  const built = project.runScript("docs");
  const torn = await pagesWhile(built, urls, `/${second.name}.html`);
  expect(await built).toMatchObject({ code: 0, stderr: "" });
  expect(torn).toEqual([]);
  expect(await readdir(join(project.folder, "dist"))).toEqual(["docs"]);

  for (const each of both) each.interruptGroup();
  // npm ends by the signal itself, unless its shell has left its place to the server.
  const codes = [(await start.ended).code, (await other.ended).code];
  expect(codes.filter((code) => code !== null && code !== 0)).toEqual([]);
  await expect.poll(() => start.running() + other.running(), { timeout: 5_000 }).toBe(0);
  await listenAgainAt(mock);
});
