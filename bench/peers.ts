import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const folder: string = dirname(fileURLToPath(import.meta.url));

/** Where what a peer generates goes. */
export const generatedFolder: string = join(folder, ".peers");

const bin = (name: string) => join(folder, "node_modules/.bin", name);

/** How each peer generates a client from a document. */
export const generators: Record<string, (document: string, output: string) => string[]> = {
  "hey-api": (document, output) => [
    bin("openapi-ts"),
    ...["-i", document, "-o", join(output, "hey-api"), "-c", "@hey-api/client-fetch"],
  ],
  orval: (document, output) => [
    bin("orval"),
    ...["--input", document, "--output", join(output, "orval.ts"), "--client", "fetch"],
  ],
  redocly: (document, output) => [bin("redocly"), ...["generate-client", document, "-o", join(output, "redocly.ts")]],
};

/** Runs a command of Node's, with what it prints thrown away. */
export function runNode(args: string[], cwd: string = folder): void {
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  execFileSync(process.execPath, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
}

/** Generates the client of every peer that generates one. */
export function generatePeers(): void {
  const document = join(folder, "../openapi/esignon.yaml");
  for (const generate of Object.values(generators)) runNode(generate(document, generatedFolder));
}
