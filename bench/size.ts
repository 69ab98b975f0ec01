// The size of a module that logs in: minified, and gzipped as a server would.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { folder, generatePeers } from "./peers.ts";
import { report, versions } from "./report.ts";

/** Of bare openapi-fetch, gzipped. */
const loginLimit = 1.25;
/** Bytes, gzipped. */
const sessionLimit = 7168;
const furtherLimit = 400;
const names = ["hand-written", "openapi-fetch", "hey-api", "orval", "redocly", "login-apis", "login-apis-session"];

async function bundle(contents: string, settings: BuildOptions = {}) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    ...settings,
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

generatePeers();

const sizes = await Promise.all(
  names.map(async (name) => ({
    name,
    ...(await bundle(`export * from ${JSON.stringify(join(folder, `modules/${name}.ts`))}`)),
  })),
);
const bare = sizes.find(({ name }) => name === "openapi-fetch")?.gzipped ?? Number.NaN;
const limits: Record<string, number> = {
  "login-apis": Math.floor(loginLimit * bare),
  "login-apis-session": sessionLimit,
};
report(
  "size",
  `${versions("esbuild", "openapi-fetch", "@hey-api/openapi-ts", "orval", "@redocly/cli")};`,
  ["module", "minified, B", "gzipped, B", "limit, B", "of openapi-fetch"],
  sizes.map(({ name, minified, gzipped }) => [
    name,
    minified,
    gzipped,
    limits[name] ?? "",
    (gzipped / bare).toFixed(2),
  ]),
);

/** A module with the login of each API. */
const logins = (apis: string[]) =>
  bundle(
    apis.map((api, index) => `export { login as l${index} } from "../dist/generated/${api}/index.js";`).join("\n"),
  );
const apis = readdirSync(join(folder, "../dist/generated"));
const all = await logins(apis);
const further = await Promise.all(
  apis.map(async (api) => {
    const without = await logins(apis.filter((each) => each !== api));
    return { api, minified: all.minified - without.minified, gzipped: all.gzipped - without.gzipped };
  }),
);
report(
  "further",
  `${versions("esbuild")};`,
  ["further API", "adds, minified, B", "adds, gzipped, B", "limit, B"],
  further.map(({ api, minified, gzipped }) => [api, minified, gzipped, furtherLimit]),
);

const manifest: {
  name: string;
  exports: Record<string, { default: string }>;
  peerDependencies: Record<string, string>;
} = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8"));

/** The file of an entry, such as `login-apis/store`. */
function fileOf(entry: string): string {
  const path = entry.replace(manifest.name, ".");
  const target = manifest.exports[path]?.default ?? manifest.exports["./*"]?.default.replace("*", path.slice(2));
  return join(folder, "..", target ?? "");
}

/** What only Node runs has Node's modules, and what it is installed beside, not counted in it. */
const inNode: BuildOptions = { platform: "node", external: Object.keys(manifest.peerDependencies) };
const first = `${manifest.name}/${apis[0]}`;
const imports: [names: string[], entry: string, settings?: BuildOptions][] = [
  [["login"], first],
  [["createSession"], first],
  [["createClient"], first],
  [["login", "createSession", "createClient"], first],
  [["LoginError"], manifest.name],
  [["createStore"], `${manifest.name}/store`],
  [["redisStore"], `${manifest.name}/redis`],
  [["fileStore"], `${manifest.name}/file`, inNode],
  [["startMock"], `${manifest.name}/mock`, inNode],
];
const entries = await Promise.all(
  imports.map(async ([names, entry, settings]) => ({
    import: `import { ${names.join(", ")} } from "${entry}"`,
    ...(await bundle(`export { ${names.join(", ")} } from ${JSON.stringify(fileOf(entry))}`, settings)),
  })),
);
report(
  "entries",
  `${versions("esbuild")};`,
  ["import", "minified, B", "gzipped, B"],
  entries.map((each) => [`\`${each.import}\``, each.minified, each.gzipped]),
);

const isExceeded =
  sizes.some(({ name, gzipped }) => gzipped > (limits[name] ?? Number.POSITIVE_INFINITY)) ||
  further.some(({ gzipped }) => gzipped > furtherLimit);
if (isExceeded) process.exitCode = 1;
