// What a module with one call costs the type checker, in instantiations: a count, the same in every run.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { folder, generatedFolder, generatePeers } from "./peers.ts";
import { report, versions } from "./report.ts";

const limit = 1.2;
const names = ["hand-written", "openapi-fetch", "hey-api", "orval", "redocly", "login-apis", "login-apis-client"];
const limited = ["login-apis", "login-apis-client"];
const compiler = createRequire(import.meta.url).resolve("typescript/lib/tsc.js");

function instantiations(name: string): number {
  const project = join(generatedFolder, `tsconfig.${name}.json`);
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022", types: [] },
    ...{ lib: ["es2023", "dom", "dom.iterable"], allowImportingTsExtensions: true },
  };
  mkdirSync(generatedFolder, { recursive: true });
  writeFileSync(project, JSON.stringify({ compilerOptions, files: [join(folder, `modules/${name}.ts`)] }));
  const output = execFileSync(process.execPath, [compiler, "-p", project, "--extendedDiagnostics"], {
    encoding: "utf8",
  });
  return Number(output.match(/Instantiations:\s+(\d+)/)?.[1]);
}

generatePeers();
const counts = names.map((name) => ({ name, count: instantiations(name) }));
const bare = counts.find(({ name }) => name === "openapi-fetch")?.count ?? Number.NaN;
report(
  "types",
  `${versions("typescript", "openapi-fetch", "openapi-typescript", "@hey-api/openapi-ts", "orval", "@redocly/cli")};`,
  ["module", "instantiations", "of openapi-fetch", "limit"],
  counts.map(({ name, count }) => [name, count, (count / bare).toFixed(2), limited.includes(name) ? limit : ""]),
);
if (counts.some(({ name, count }) => limited.includes(name) && count > bare * limit)) process.exitCode = 1;
