import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the samples' files send their requests: the mock, where `npm run mock` starts it. */
export const sampleBaseUrl = "http://127.0.0.1:4010";

/** The code of the pages, by its file within the folder of samples, such as `billing/login.sh`. */
export type Samples = ReadonlyMap<string, string>;

/** Reads a folder of samples; where there is none, there are none. */
export async function readSamples(folder: string): Promise<Samples> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const named = files.filter((file) => /\.(sh|ts)$/.test(file)).sort();
  const read = named.map(async (file) => {
    const text = await readFile(join(folder, file), "utf8");
    return [file.replaceAll("\\", "/"), text.trimEnd()] as const;
  });
  return new Map(await Promise.all(read));
}

/** The kinds of code that a page has, with the language that each is written in. */
export const codeKinds = { curl: "sh", typescript: "ts", session: "ts" } as const;
export type CodeKind = keyof typeof codeKinds;

/** The file of a sample: each operation has its own, an API has one for its session. */
export function sampleFile(api: string, operationId: string, kind: CodeKind): string {
  return kind === "session" ? `${api}/session.ts` : `${api}/${operationId}.${codeKinds[kind]}`;
}
