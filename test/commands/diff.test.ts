import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Document, isMap, isSeq, parseDocument } from "yaml";
import { documentFiles } from "../../scripts/documents.ts";
import { type EndedProcess, repository } from "../support/processes.ts";
import { contents, copyProject, type ProjectCopy } from "../support/project-copy.ts";

const schemas = ["components", "schemas"];

/** Changes that stand for what they do to a client and the least version that each demands after 1.0.0. */
const changes: { what: string; api: string; edit(document: Document): void; demanded: string }[] = [
  {
    what: "an operation is removed",
    api: "refresh-login",
    edit: (document) => remove(document, ["paths", "/v1/api/auth/refresh"]),
    demanded: "2.0.0",
  },
  {
    what: "a reply loses a required member",
    api: "onebox",
    edit(document) {
      remove(document, [...schemas, "LoginSuccess", "properties", "token"]);
      remove(document, [...schemas, "LoginSuccess", "required"]);
    },
    demanded: "2.0.0",
  },
  {
    what: "a request must have one member more",
    api: "onebox",
    edit(document) {
      document.setIn([...schemas, "LoginRequest", "properties", "device"], { type: "string" });
      add(document, [...schemas, "LoginRequest", "required"], "device");
    },
    demanded: "2.0.0",
  },
  {
    what: "a member may no longer be an integer",
    api: "onebox",
    edit: (document) => document.setIn([...schemas, "LoginRequest", "properties", "siteId", "type"], "string"),
    demanded: "2.0.0",
  },
  {
    what: "a request may have one member more",
    api: "esignon",
    edit: (document) => document.setIn([...schemas, "LoginRequest", "properties", "device"], { type: "string" }),
    demanded: "1.1.0",
  },
  {
    what: "a reply's enum loses a value, so that clients get nothing they do not know",
    api: "header-login",
    edit: (document) => remove(document, [...schemas, "LoginFailure", "properties", "code", "enum", 2]),
    demanded: "1.0.1",
  },
];

function remove(document: Document, path: (string | number)[]): void {
  if (!document.deleteIn(path)) throw new Error(`There is no ${path.join(".")}`);
}

function add(document: Document, path: string[], value: string): void {
  const list = document.getIn(path);
  if (!isSeq(list)) throw new Error(`${path.join(".")} is no list`);
  list.add(value);
}

const fileOf = (project: ProjectCopy, name: string) => join(project.folder, "openapi", `${name}.yaml`);

/** Edits a document of the copy as if it had been released as 1.0.0 before, and sets its version, perhaps under another name. */
async function change(
  project: ProjectCopy,
  api: string,
  edit: (document: Document) => void,
  version: string,
  name: string = api,
) {
  const document = parseDocument(await readFile(join(repository, "openapi", `${api}.yaml`), "utf8"));
  if (!isMap(document.contents)) throw new Error(`${api} is no document`);
  document.setIn(["info", "version"], "1.0.0");
  await mkdir(join(project.folder, "openapi", "released"), { recursive: true });
  await writeFile(fileOf(project, `released/${name}`), document.toString());
  edit(document);
  document.setIn(["info", "version"], version);
  await writeFile(fileOf(project, name), document.toString());
}

test.concurrent("documents that are as they were released need nothing", async ({ expect }) => {
  await using project = await copyProject();
  // What was released is what stands here now, whatever this repository's own state is.
  const registry = join(project.folder, "openapi");
  const names = (await documentFiles()).map((file) => basename(file));
  await mkdir(join(registry, "released"), { recursive: true });
  for (const name of names) await copyFile(join(registry, name), join(registry, "released", name));
  // As on Windows, where Redocly has colours by itself, among which no figure would be found.
  const { code, stdout, stderr } = await project.runScript("diff", [], { FORCE_COLOR: "1" });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trimEnd().split("\n")).toEqual(
    names.map((name) => `openapi/${name}: 0 major, 0 minor, 0 patch. info.version says so.`),
  );
});

describe("changed documents, all compared at once:", () => {
  const nameOf = (index: number) => `change-${index}`;
  const cases = changes.map((change, index) => ({ ...change, name: nameOf(index) }));
  let project: ProjectCopy;
  let said: EndedProcess;
  let raised: EndedProcess;
  beforeAll(async () => {
    project = await copyProject({ documents: [] });
    for (const { name, api, edit } of cases) await change(project, api, edit, "1.0.0", name);
    const [first] = cases;
    if (first) await change(project, first.api, first.edit, "1.9.9", "raised");
    said = await project.runScript("diff");
    for (const { name, api, edit, demanded } of cases) await change(project, api, edit, demanded, name);
    if (first) await change(project, first.api, first.edit, first.demanded, "raised");
    raised = await project.runScript("diff");
  });
  afterAll(() => project[Symbol.asyncDispose]());

  /** What was said of one document. */
  const reportOf = (name: string) =>
    said.stderr.split(/^(?=openapi\/[\w-]+\.yaml:$)/m).filter((part) => part.includes(`/${name}.yaml:\n`));

  test("versions that stayed are an error, and nothing else is said", ({ expect }) => {
    expect(said).toMatchObject({ code: 1, stdout: "" });
  });

  test.for(cases)("$what: $api demands $demanded if its version stayed", ({ name, demanded }, { expect }) => {
    expect(reportOf(name)).toEqual([expect.stringContaining("info.version stayed 1.0.0")]);
    expect(reportOf(name)).toEqual([expect.stringContaining(`(${demanded})`)]);
  });

  test("a version that was raised too little is refused", ({ expect }) => {
    expect(reportOf("raised")).toEqual([expect.stringContaining("(2.0.0)")]);
  });

  test.for(cases)("$what: $api $demanded is enough", ({ name }, { expect }) => {
    expect(raised).toMatchObject({ code: 0, stderr: "" });
    expect(raised.stdout).toMatch(new RegExp(`^openapi/${name}\\.yaml: .* info\\.version says so\\.$`, "m"));
  });
});

test.concurrent("a document that was released and is gone is named", async ({ expect }) => {
  await using project = await copyProject({ documents: ["esignon", "onebox"] });
  await rm(fileOf(project, "onebox"));
  const { code, stdout, stderr } = await project.runScript("diff");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("openapi/onebox.yaml was released and is gone.");
});

test.concurrent("a document that was never released is reported, and released by --record", async ({ expect }) => {
  await using project = await copyProject({ documents: ["esignon", "onebox"] });
  await rm(join(project.folder, "openapi", "released", "onebox.yaml"));
  const released = () => contents(join(project.folder, "openapi", "released"));

  const first = await project.runScript("diff");
  expect(first).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("openapi/onebox.yaml: not released before."),
  });
  expect(Object.keys(await released())).toEqual(["esignon.yaml"]);

  const recorded = await project.runScript("diff", ["--record"]);
  expect(recorded).toMatchObject({ code: 0, stdout: expect.stringContaining("Recorded 2 documents") });
  expect(await released()).toEqual({
    "esignon.yaml": await readFile(fileOf(project, "esignon"), "utf8"),
    "onebox.yaml": await readFile(fileOf(project, "onebox"), "utf8"),
  });
});

test.concurrent("--record records nothing while a version is too low", async ({ expect }) => {
  await using project = await copyProject({ documents: ["onebox"] });
  const released = () => contents(join(project.folder, "openapi", "released"));
  await change(
    project,
    "onebox",
    (document) => remove(document, ["paths", "/api/authenticate", "post", "summary"]),
    "1.0.0",
  );
  const before = await released();
  expect(await project.runScript("diff", ["--record"])).toMatchObject({ code: 1, stdout: "" });
  expect(await released()).toEqual(before);
});
