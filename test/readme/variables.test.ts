import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/processes.ts";
import { blocksOf, readBlocks } from "../support/recipes.ts";

/** A variable that may have a default of its own, since it only says where to look. */
const isPlace = /_(FILE|DIR|PATH)$/;

/** What is wrong with code that would log in, or seal a store, with a variable that nobody has set. */
function problemsOf(language: string, code: string): string[] {
  return language === "sh" ? shellProblems(code) : typeScriptProblems(code);
}

/** In a shell `${NAME:?}` stops where NAME is unset or empty; within single quotes nothing is replaced. */
function shellProblems(code: string): string[] {
  const replaced = code.replace(/'[^']*'/g, "''").replace(/(^|\s)#.*$/gm, "");
  const variables = [...replaced.matchAll(/\$(?:(\w+)|\{(\w+)(:\?)?[^}]*\})/g)];
  return variables.flatMap(([text, plain, braced, isChecked]) =>
    isChecked ? [] : [`${text} in place of \${${plain ?? braced}:?}`],
  );
}

/** A variable is read into a constant, which is asked for before anything else; its own default is for a place alone. */
function typeScriptProblems(code: string): string[] {
  const reads = [...code.matchAll(/^.*\benv\b(?:[.[;]| as ).*$/gm)].map(([line]) => line.trim());
  return reads.flatMap((line) => {
    const [, place] = /\bprocess\.env\.(\w+) \?\? "[^"]+"/.exec(line) ?? [];
    if (place !== undefined && isPlace.test(place)) return [];
    const [, names] = /^(?:export )?const (\w+|\{[\w, ]+\}) = (?:process\.)?env(?:\.\w+)?;$/.exec(line) ?? [];
    if (names === undefined) return [`${line} uses a variable that nobody has asked for`];
    const unasked = [...names.matchAll(/\w+/g)].filter(
      ([name]) => !new RegExp(`^if \\(.*!${name}\\b.*\\) throw `, "m").test(code),
    );
    return unasked.map(([name]) => `nothing says that ${name} is not set`);
  });
}

test("no sample turns a variable that is not set into a login", async () => {
  const files = (await readdir(join(repository, "samples"), { recursive: true })).filter(
    (name) => extname(name) !== "",
  );
  const samples = files.map(async (file) => ({
    page: `samples/${file}`,
    language: extname(file).slice(1),
    text: await readFile(join(repository, "samples", file), "utf8"),
  }));
  const atTop = ["CONTRIBUTING.md", "SECURITY.md"].map(async (page) =>
    blocksOf(page, await readFile(join(repository, page), "utf8")),
  );
  const code = [...(await readBlocks()), ...(await Promise.all(samples)), ...(await Promise.all(atTop)).flat()];
  const checked = code.filter(({ language }) => ["sh", "ts", "tsx"].includes(language));
  expect(new Set(checked.map(({ page }) => page)).size).toBeGreaterThan(files.length);
  expect(
    checked.flatMap(({ page, language, text }) => problemsOf(language, text).map((each) => `${page}: ${each}`)),
  ).toEqual([]);
});

const braced = (name: string) => `\${${name}}`;

test.each([
  ["ts", 'login({ user: "ada", password: process.env.PASSWORD ?? "" });', /nobody has asked for/],
  ["ts", 'const password = process.env.PASSWORD ?? "";', /nobody has asked for/],
  ["ts", 'const password = process.env.PASSWORD || "secret";', /nobody has asked for/],
  ["ts", 'const password = process.env.PASSWORD ?? "secret";', /nobody has asked for/],
  ["ts", "const password = process.env.PASSWORD as string;", /nobody has asked for/],
  ["ts", "const password = String(process.env.PASSWORD);", /nobody has asked for/],
  ["ts", 'const password = process.env["PASSWORD"];', /nobody has asked for/],
  ["ts", "const password = process.env.PASSWORD;\nlogin({ password });", /nothing says that password/],
  [
    "ts",
    'const { USER, PASSWORD } = process.env;\nif (!USER) throw new Error("Set USER.");',
    /nothing says that PASSWORD/,
  ],
  ["ts", 'import { env } from "cloudflare:workers";\nconst { PASSWORD } = env;', /nothing says that PASSWORD/],
  ["sh", 'npm run workflows -- --input "password=$PASSWORD"', /\$PASSWORD in place of \$\{PASSWORD:\?\}/],
  ["sh", `curl -u ada:${braced("PASSWORD")} https://example.org`, /\$\{PASSWORD\} in place of \$\{PASSWORD:\?\}/],
  ["sh", `curl -u ada:${braced("PASSWORD:-secret")} https://example.org`, /in place of \$\{PASSWORD:\?\}/],
])("in %s, %s is noticed", (language, code, problem) => {
  expect(problemsOf(language, code)).toEqual([expect.stringMatching(problem)]);
});

test.each([
  ["ts", 'const { USER, PASSWORD } = process.env;\nif (!USER || !PASSWORD) throw new Error("Set USER and PASSWORD.");'],
  ["ts", 'const text = await readFile(process.env.PASSWORD_FILE ?? "/run/secrets/password", "utf8");'],
  ["sh", `curl -u "ada:${braced("PASSWORD:?")}" -d '{"price": "$5"}' https://example.org  # not $PASSWORD`],
])("in %s, what stops without its variable is not", (language, code) => {
  expect(problemsOf(language, code)).toEqual([]);
});
