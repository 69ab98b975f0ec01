import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import ts from "typescript";
import type { SourceDocument } from "../../scripts/documents.ts";
import { type Examination, examineEach, type Found, load, runProgram, type Tool } from "./examination.ts";
import { namelessUnions, type Use, usesOf } from "./typed-use.ts";

interface Generator {
  name: string;
  package: string;
  /** The module that exports all that was generated, in the document's folder. */
  entry: string;
  /** Generates a client that uses `fetch` into the folder. Gives what the tool complains of. */
  generate(examination: Examination, document: SourceDocument, folder: string): Promise<string[]>;
}

const orval: Generator = {
  name: "orval",
  package: "orval",
  entry: "client.ts",
  async generate(examination, { file }, folder) {
    const args = ["--input", file, "--output", join(folder, "client.ts"), "--client", "fetch"];
    return await generateByProgram(examination, "orval/dist/bin/orval.js", args);
  },
};

const heyApi: Generator = {
  name: "hey-api",
  package: "@hey-api/openapi-ts",
  entry: "index.ts",
  async generate(examination, { file }, folder) {
    const args = ["--input", file, "--output", folder, "--no-log-file"];
    return await generateByProgram(examination, "@hey-api/openapi-ts/bin/run.js", args);
  },
};

async function generateByProgram(examination: Examination, program: string, args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await runProgram(examination, program, args);
  if (code !== 0) throw new Error(stderr.trim() || stdout.trim());
  return warningsIn(`${stdout}\n${stderr}`);
}

/** The paragraphs that begin with a warning sign, a line each. */
export function warningsIn(output: string): string[] {
  const paragraphs = output.matchAll(/^⚠️?\s*(.+(?:\n.+)*)/gmu);
  return [...paragraphs].map(([, text = ""]) => text.replaceAll(/\s+/g, " ").trim());
}

interface KubbCore {
  AsyncEventEmitter: new () => { on(event: "warn" | "error", listener: (what: unknown) => void): void };
  safeBuild(options: {
    config: object;
    events: object;
  }): Promise<{ error?: Error; failedPlugins: Set<{ error: Error }> }>;
}

const kubb: Generator = {
  name: "kubb",
  package: "@kubb/core",
  entry: "index.ts",
  async generate(examination, { file }, folder) {
    const { AsyncEventEmitter, safeBuild } = await load<KubbCore>(examination, "@kubb/core");
    const { pluginOas } = await load<{ pluginOas(options: object): object }>(examination, "@kubb/plugin-oas");
    const { pluginTs } = await load<{ pluginTs(options: object): object }>(examination, "@kubb/plugin-ts");
    const { pluginClient } = await load<{ pluginClient(options: object): object }>(examination, "@kubb/plugin-client");
    // In the folder of the repository it finds redocly.yaml, and cannot read it: its Redocly is older than ours.
    process.chdir(folder);
    const complaints: string[] = [];
    const events = new AsyncEventEmitter();
    for (const event of ["warn", "error"] as const) {
      events.on(event, (what) => complaints.push(what instanceof Error ? what.message : `${what}`));
    }
    const config = {
      root: folder,
      input: { path: file },
      output: { path: folder, defaultBanner: false },
      plugins: [
        pluginOas({ validate: true, generators: [] }),
        pluginTs({}),
        pluginClient({ client: "fetch", bundle: true }),
      ],
    };
    const { error, failedPlugins } = await safeBuild({ config, events });
    if (error) throw error;
    return [...complaints, ...[...failedPlugins].map((failed) => failed.error.message)];
  },
};

export const generators: Tool[] = [orval, heyApi, kubb].map((generator) => ({
  name: generator.name,
  package: generator.package,
  async examine(examination) {
    const uses = new Map<string, Use[]>();
    const found = await examineEach(examination.documents, async (document) => {
      const folder = join(examination.folder, document.name);
      await mkdir(folder, { recursive: true });
      const complaints = await generator.generate(examination, document, folder);
      const ofDocument = usesOf(document.document, `./${generator.entry}`);
      await writeFile(join(folder, useFile), ofDocument.map(({ line }) => `${line}\n`).join(""));
      uses.set(document.name, ofDocument);
      return [...complaints, ...namelessUnions(document.document)];
    });
    return [...found, ...typeProblems(examination.folder, uses)];
  },
}));

/** What uses the client that was generated beside it. */
const useFile = "use-of-the-types.ts";

/** What TypeScript says of the clients and of their use, if it is strict. */
function typeProblems(folder: string, uses: Map<string, Use[]>): Found[] {
  const program = ts.createProgram({
    rootNames: [...uses.keys()].map((api) => join(folder, api, useFile)),
    options: {
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: [],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    },
  });
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
    if (!diagnostic.file) throw new Error(message);
    const path = relative(folder, diagnostic.file.fileName);
    const [api = ""] = path.split("/");
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    const use = path === join(api, useFile) ? uses.get(api)?.[line] : undefined;
    return { api, text: use?.problem ?? `${relative(api, path)} does not compile: ${message}` };
  });
}
