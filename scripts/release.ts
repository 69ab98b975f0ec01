import { exec, execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { command, UserError } from "./command.ts";
import { manifestProblems } from "./release/manifest.ts";
import { releaseProblems } from "./release/version.ts";

const usage = `Usage: npm run release:check -- --tag <tag> --repository <url> [--out <folder>]

Packs the package, and says all that would keep npm from taking it, or from being the release that the tag says.

  --tag         the tag of the release, such as v1.0.0
  --repository  the address of the repository that the release is made in
  --out         where the packed file stays, to be published as it was checked; nowhere unless told`;

const known = { tag: { type: "string" }, repository: { type: "string" }, out: { type: "string" } } as const;

await command(
  import.meta,
  known,
  async ({ tag, repository, out }) => {
    if (tag === undefined || repository === undefined) throw new UserError(usage, 2);
    const scratch = await mkdtemp(join(tmpdir(), "login-apis-release-"));
    try {
      const folder = await unpacked(out ?? scratch, scratch);
      const manifest = JSON.parse(await readFile("package.json", "utf8"));
      const changelog = await readFile("CHANGELOG.md", "utf8");
      const problems = [
        ...releaseProblems({ manifest, changelog, tag, repository }),
        ...(await manifestProblems(folder)),
      ];
      if (problems.length > 0) throw new UserError(problems.join("\n"));
      console.log(`${tag} can be released.`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  },
  usage,
);

/** Packs the package into one folder and unpacks it in another. Gives where its files are. */
async function unpacked(target: string, scratch: string): Promise<string> {
  await mkdir(target, { recursive: true });
  // In a shell, since on Windows npm is a file of commands, which nothing else runs.
  const { stdout } = await promisify(exec)(`npm pack --json "--pack-destination=${target}"`);
  // The build prints a line of its own before.
  const [packed]: { filename: string }[] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
  if (!packed) throw new Error(`npm packed nothing: ${stdout}`);
  await promisify(execFile)("tar", ["-xzf", join(target, packed.filename), "-C", scratch]);
  return join(scratch, "package");
}
