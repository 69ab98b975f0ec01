import { copyFile, mkdir, readdir } from "node:fs/promises";
import { basename } from "node:path";
import { command, UserError } from "./command.ts";
import { documentFiles, registry } from "./documents.ts";
import { redocly } from "./redocly.ts";

/** The documents as they were when they were last released. */
const released = `${registry}/released`;

await command(import.meta, { record: { type: "boolean" } }, async ({ record }) => {
  const files = await documentFiles();
  console.log(await compareWithReleased(files));
  if (!record) return;
  await mkdir(released, { recursive: true });
  for (const file of files) await copyFile(file, `${released}/${basename(file)}`);
  console.log(`Recorded ${files.length} documents in ${released}/ as released.`);
});

/**
 * Compares every document with its last release. Throws a `UserError` that shows the changes of each whose
 * `info.version` was not raised as they demand: major for what breaks a client, minor for what is new, patch for prose.
 */
async function compareWithReleased(files: string[]): Promise<string> {
  const before: string[] = await readdir(released).catch(() => []);
  const problems: string[] = [];
  const lines: string[] = [];
  for (const name of before) {
    if (!files.includes(`${registry}/${name}`)) problems.push(`${registry}/${name} was released and is gone.`);
  }
  for (const file of files) {
    if (!before.includes(basename(file))) {
      lines.push(`${file}: not released before.`);
      continue;
    }
    const base = `${released}/${basename(file)}`;
    await redocly(["diff", base, file, "--fail-on", "none", "--check-version"]).then(
      (report) => lines.push(`${file}: ${report.match(/\d+ major, .*\./)?.[0]} info.version says so.`),
      (error: Error) => problems.push(`${file}:\n${error.message}`),
    );
  }
  if (problems.length > 0) throw new UserError([...lines, ...problems].join("\n"));
  return lines.join("\n");
}
