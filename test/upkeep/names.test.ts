import { join } from "node:path";
import { expect, test } from "vitest";
import { documentFiles } from "../../scripts/documents.ts";
import { repository } from "../support/processes.ts";
import { contents } from "../support/project-copy.ts";

const names = (await documentFiles()).map((file) => file.replace(/^.*\/|\.\w+$/g, ""));

/** `file: name` for every file that names an API, as its document is called or as a variable would be. */
function filesNaming(files: Record<string, string>, apis: string[]): string[] {
  return Object.entries(files).flatMap(([file, text]) =>
    apis.filter((api) => new RegExp(api.replaceAll("-", "[-_ ]?"), "i").test(text)).map((api) => `${file}: ${api}`),
  );
}

test.each(["src", "scripts", "test/support"])(
  "no file of %s names an API: all that it says of one is its document's",
  async (folder) => {
    const files = await contents(join(repository, folder));
    expect(Object.keys(files)).not.toHaveLength(0);
    expect(filesNaming(files, names)).toEqual([]);
  },
);

test("a file that names one is noticed, however it writes the name", () => {
  const [api = ""] = names.filter((name) => name.includes("-"));
  const [first = "", second = ""] = api.split("-");
  const inCamelCase = `${first}${second[0]?.toUpperCase()}${second.slice(1)}`;
  const files = {
    "import.ts": `import { login } from "../generated/${api}/index.ts";`,
    "variable.ts": `const ${inCamelCase}Api = 1;`,
    "prose.ts": `// as ${first.toUpperCase()} ${second.toUpperCase()} does`,
    "none.ts": `const ${first} = "${second}";`,
  };
  expect(filesNaming(files, names)).toEqual([`import.ts: ${api}`, `variable.ts: ${api}`, `prose.ts: ${api}`]);
});
