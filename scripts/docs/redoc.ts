import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocsFile, DocsFiles } from "../../src/docs/build.ts";
import { UserError } from "../command.ts";
import { redocly } from "../redocly.ts";

/**
 * The page of each document among the files, as `redocly build-docs` makes it: `<api>.redoc.html`. Only its script and
 * the logo in that, which it would ask the network for, are files beside it.
 */
export async function redocFiles(files: DocsFiles): Promise<Map<string, DocsFile>> {
  const script = await localScript();
  const digest = createHash("sha384").update(script).digest("base64");
  const documents = [...files].filter(([path]) => path.endsWith(".json"));
  const pages = await Promise.all(
    documents.map(async ([path, { body }]) => {
      const page = await buildPage(body);
      const local = replaceAll(page, remoteScript, `./${scriptName}`);
      const whole = replaceAll(local, /(?<=integrity="sha384-)[^"]+/g, digest);
      return [path.replace(/json$/, "redoc.html"), { type: "text/html", body: whole }] as const;
    }),
  );
  return new Map<string, DocsFile>([
    ...pages,
    [`/${scriptName}`, { type: "text/javascript", body: script }],
    [`/${logoName}`, { type: "image/svg+xml", body: logo }],
  ]);
}

const scriptName = "redoc.js";
const logoName = "redoc-logo.svg";

const remoteScript = /https:\/\/cdn\.redocly\.com\/redoc\/[^"]*\/redoc\.standalone\.js/g;
const remoteLogos = ["https://cdn.redoc.ly/redoc/logo-mini-full.svg", "https://cdn.redoc.ly/redoc/logo-mini.svg"];

const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="36" height="12"><text y="10" font-family="sans-serif" font-size="11" fill="#577">Redoc</text></svg>
`;

/** Redoc's script, which the CLI brings along. */
async function localScript(): Promise<string> {
  const file = createRequire(import.meta.url).resolve("@redocly/cli/lib/chunks/redoc.standalone.js");
  const script = await readFile(file, "utf8");
  return remoteLogos.reduce((text, remote) => replaceAll(text, remote, logoName), script);
}

async function buildPage(document: DocsFile["body"]): Promise<string> {
  const workplace = await mkdtemp(join(tmpdir(), "login-apis-"));
  try {
    const source = join(workplace, "document.json");
    const output = join(workplace, "page.html");
    await writeFile(source, document);
    await redocly(["build-docs", source, "-o", output]);
    return await readFile(output, "utf8");
  } finally {
    await rm(workplace, { recursive: true });
  }
}

/** Replaces what has to be there: a page that still asks the network is none. */
function replaceAll(text: string, from: RegExp | string, to: string): string {
  const replaced = text.replaceAll(from, to);
  if (replaced === text)
    throw new UserError(`This version of Redoc has nothing like ${from}: mend scripts/docs/redoc.ts.`);
  return replaced;
}
