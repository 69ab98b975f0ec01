import { peers, requirePeers } from "../openapi/peers.ts";
import type { SourceDocument } from "../openapi/read.ts";
import { quoted } from "../openapi/source.ts";
import { UserError } from "../openapi/user-error.ts";
import { print, readCommand, readFileNames } from "./command-line.ts";

const known = { out: { type: "string" }, check: { type: "boolean" } } as const;

const usage = `Usage: login-apis generate --out <folder> <file…> [--check]

Writes <folder>/<api>/schema.ts, the types of a document, and <folder>/<api>/index.ts, with login, createSession and
createClient for it. They import login-apis/runtime. What an earlier run wrote there for a document that is not named any
more is removed; files of your own stay.

  --out <folder>  where to write
  --check         writes nothing, and fails if a file is stale, missing, or belongs to no document`;

/** `generate --out <folder> <file…>`: writes the code of documents, or with `--check` says whether it is up to date. */
export async function generateCommand(args: string[]): Promise<void> {
  const asked = readCommand(args, known, usage);
  if (!asked) return;
  const { out, check = false } = asked.options;
  const files = readFileNames(asked.operands, usage);
  if (out === undefined) throw new UserError("Say where to write: --out <folder>, such as --out src/generated.", 2);
  requirePeers("login-apis generate", [...peers.reading, ...peers.checking, ...peers.generating]);
  const { readChecked } = await import("../openapi/check.ts");
  const documents = await readChecked(files);

  const { checkFolder, writeFolder } = await import("../generate/folder.ts");
  const { isGenerated } = await import("../generate/generate.ts");
  const command = `npx login-apis generate --out ${quoted(out)} ${files.map(quoted).join(" ")}`;
  const generated = await render(documents, `login-apis generate`);
  if (check) await checkFolder(out, generated, isGenerated, command);
  else await writeFolder(out, generated, isGenerated);
  const names = [...generated.keys()].map((name) => `${out}/${name}`);
  print(check ? `${out}: up to date.` : `Wrote ${names.join(", ")}.`);
}

async function render(documents: SourceDocument[], command: string): Promise<Map<string, string>> {
  const { generate } = await import("../generate/generate.ts");
  const files = new Map<string, string>();
  // A type alone is imported, which every compiler finds by this ending, and no runtime looks for.
  const settings = { runtime: "login-apis/runtime", schema: "./schema.js", command };
  for (const document of documents) {
    for (const [name, content] of await generate(document, settings)) files.set(`${document.name}/${name}`, content);
  }
  return files;
}
