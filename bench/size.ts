// The size of a module that logs in: minified, and gzipped as a server would.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { folder, generatePeers } from "./peers.ts";
import { report, versions } from "./report.ts";

const limits: Record<string, number> = { "login-apis": 5120, "login-apis-session": 7168 };
const names = ["hand-written", "openapi-fetch", "hey-api", "orval", "redocly", "login-apis", "login-apis-session"];
const credentials: Record<string, string> = {
  esignon: "{ companyId: 'a', email: 'b', password: 'c' }",
  "header-login": "{ userName: 'a', password: 'b' }",
  onebox: "{ email: 'a', password: 'b', siteId: 1 }",
  "refresh-login": "{ user: 'a', password: 'b' }",
};
const furtherLimit = 600;

async function bundle(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const own = output?.inputs["<stdin>"]?.bytesInOutput ?? 0;
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length, library: code.length - own };
}

generatePeers();
let exceeded = false;

const rows: (string | number)[][] = [];
let bare = 1;
for (const name of names) {
  const { minified, gzipped } = await bundle(`export * from ${JSON.stringify(join(folder, `modules/${name}.ts`))}`);
  if (name === "openapi-fetch") bare = gzipped;
  const limit = limits[name];
  exceeded ||= limit !== undefined && gzipped > limit;
  rows.push([name, minified, gzipped, limit ?? "", (gzipped / bare).toFixed(2)]);
}
for (const row of rows) row[4] = (Number(row[2]) / bare).toFixed(2);
report(
  "size",
  `${versions("esbuild", "openapi-fetch", "@hey-api/openapi-ts", "orval", "@redocly/cli")};`,
  ["module", "minified, B", "gzipped, B", "limit, B", "of openapi-fetch"],
  rows,
);

/** A module that logs in to each API, but for its own text. */
const library = async (apis: string[]) => {
  const lines = apis.map(
    (api, index) =>
      `import * as a${index} from "../dist/src/apis/${api}.js";
       console.log(await a${index}.login(a${index}.createClient({ baseUrl: "https://x" }), ${credentials[api]}));`,
  );
  return (await bundle(lines.join("\n"))).library;
};
const apis = Object.keys(credentials);
const all = await library(apis);
const further: (string | number)[][] = [];
for (const api of apis.slice(1)) {
  const added = all - (await library(apis.filter((each) => each !== api)));
  exceeded ||= added > furtherLimit;
  further.push([api, added, furtherLimit]);
}
report("further", `${versions("esbuild")};`, ["further API", "adds, minified, B", "limit, B"], further);
if (exceeded) process.exitCode = 1;
