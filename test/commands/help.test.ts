import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { repository, startProcess, untilEnd } from "../support/processes.ts";

/** What a program of this repository was asked for, and what came of it. */
interface Answer {
  asked: string[];
  code: number;
  text: string;
}

/** Has programs answer one after another in one process, each as if Node had been started with it. */
const runner = `
  const answers = [];
  const write = process.stdout.write.bind(process.stdout);
  for (const [index, asked] of JSON.parse(process.argv[1]).entries()) {
    let text = "";
    process.stdout.write = process.stderr.write = (chunk) => ((text += chunk), true);
    process.argv = [process.execPath, ...asked.args];
    process.exitCode = 0;
    await import(asked.url + "?" + index);
    answers.push({ asked: asked.args.slice(1), code: process.exitCode, text });
  }
  process.exitCode = 0;
  write(JSON.stringify(answers));`;

async function answersTo(questions: [file: string, ...args: string[]][]): Promise<Answer[]> {
  const asked = questions.map(([file, ...args]) => {
    const path = join(repository, file);
    return { args: [path, ...args], url: pathToFileURL(path).href };
  });
  const args = ["--import", "tsx", "--input-type=module", "--eval", runner, JSON.stringify(asked)];
  const { code, stdout, stderr } = await untilEnd(startProcess(process.execPath, args, { cwd: repository }));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

test("--help and --version of every script and every verb end well", async () => {
  const bin = "src/cli/bin.ts";
  const [usage] = await answersTo([[bin, "--help"]]);
  const verbs = [...(usage?.text ?? "").matchAll(/^ {2}(\w+) /gm)].map(([, verb = ""]) => verb);
  const scripts = Object.values(manifest.scripts).flatMap((script) => /scripts\/\w+\.ts/.exec(script)?.[0] ?? []);
  const sources = await Promise.all(
    (await readdir(join(repository, "src", "cli")))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFile(join(repository, "src", "cli", name), "utf8")),
  );
  const written = sources.flatMap((text) => /^export async function (\w+)Command\(/m.exec(text)?.[1] ?? []);
  expect([...verbs].sort()).toEqual(written.sort());
  // The rest of the folder is what scripts are made of.
  const files = (await readdir(join(repository, "scripts"))).filter((name) => name.endsWith(".ts"));
  const parts = files.map((name) => `scripts/${name}`).filter((file) => !scripts.includes(file));
  expect(parts).toEqual(["scripts/command.ts", "scripts/documents.ts", "scripts/redocly.ts"]);

  const commands: [string, ...string[]][] = [
    ...[...new Set(scripts)].map((file): [string] => [file]),
    [bin],
    ...verbs.map((verb): [string, string] => [bin, verb]),
  ];
  const helps = await answersTo(commands.map((command) => [...command, "--help"]));
  expect(helps.filter(({ code, text }) => code !== 0 || !text.startsWith("Usage: "))).toEqual([]);
  const versions = await answersTo(commands.map((command) => [...command, "--version"]));
  expect(versions.filter(({ code, text }) => code !== 0 || text !== `${manifest.version}\n`)).toEqual([]);
  expect(versions).toHaveLength(commands.length);

  const [unknown] = await answersTo([[bin, "no-such-verb", "--help"]]);
  expect(unknown).toMatchObject({
    code: 2,
    text: expect.stringMatching(/^There is no verb "no-such-verb"\.\nUsage: /),
  });
});
