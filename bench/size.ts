// The size of a module that logs in: minified, and gzipped as a server would.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { folder, generatePeers } from "./peers.ts";
import { report, versions } from "./report.ts";

/** Of bare openapi-fetch, gzipped. */
const loginLimit = 1.25;
/** Bytes, gzipped. */
const sessionLimit = 7168;
const furtherLimit = 400;
const names = ["hand-written", "openapi-fetch", "hey-api", "orval", "redocly", "login-apis", "login-apis-session"];

async function bundle(contents: string) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
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

const isExceeded =
  sizes.some(({ name, gzipped }) => gzipped > (limits[name] ?? Number.POSITIVE_INFINITY)) ||
  further.some(({ gzipped }) => gzipped > furtherLimit);
if (isExceeded) process.exitCode = 1;
