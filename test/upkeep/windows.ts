import ts from "typescript";

/** What does not work on Windows, in the code of a file: the line, and what to write in its place. */
export interface Finding {
  line: number;
  remedy: string;
}

/** What the variables of a file are, by their names. */
interface Known {
  /** Those that hold a path. */
  ways: Set<string>;
  /** What those call that were made by `promisify`. */
  promisified: Map<string, string>;
}

type Rule = (node: ts.Node, known: Known) => boolean;

/** Each by what to write in its place. Types forbid more: `process.getuid` and its like are there only where they are. */
const rules: Record<string, Rule> = {
  "fileURLToPath(…): a URL's pathname has a slash before the drive, and percent signs": (node) =>
    ts.isPropertyAccessExpression(node) && node.name.text === "pathname" && /import\.meta\.url/.test(textOf(node)),

  "import(pathToFileURL(…).href): a path with a drive is no URL": (node) =>
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && !isUrl(node.arguments[0]),

  "process.execPath and npm's own file, or a shell: npm and npx are files of commands, which nothing else runs": (
    node,
    known,
  ) =>
    isCallOf(node, /^(spawn|execFile)(Sync)?$/, known) &&
    /^(npm|npx|pnpm|yarn|bun|.*node_modules.\.bin.*)$/.test(literalOf(node.arguments[0]) ?? "") &&
    !/\bshell: true\b/.test(textOf(node)),

  "a command that cmd.exe reads as sh does: words, double quotes, && and ||": (node, known) =>
    ((isCallOf(node, /^exec(Sync)?$/, known) && !ts.isPropertyAccessExpression(node.expression)) ||
      (isCallOf(node, /^spawn(Sync)?$/) && /\bshell: true\b/.test(textOf(node)))) &&
    node.arguments[0] !== undefined &&
    shellFaults(commandOf(node.arguments[0])).length > 0,

  "the child's own kill(): there are no groups of processes": (node) =>
    isCallOf(node, /^kill$/) && /^-/.test(textOf(node.arguments[0])),

  "SIGINT, SIGTERM or SIGKILL: there are no other signals": (node) =>
    isCallOf(node, /^kill$/) && node.arguments.some((each) => /^SIG(?!INT$|TERM$|KILL$)/.test(literalOf(each) ?? "")),

  "a place that every system has, such as os.tmpdir()": (node) =>
    isText(node) && /^\/(bin|dev|etc|home|opt|proc|root|run|sbin|tmp|usr|var)(\/|$)/.test(node.text),

  "os.homedir(), os.tmpdir(), os.userInfo(): Windows has these variables under other names": (node) =>
    ts.isPropertyAccessExpression(node) &&
    /^(HOME|LOGNAME|PWD|SHELL|TMPDIR|USER)$/.test(node.name.text) &&
    /\benv$/.test(textOf(node.expression)),

  "isAbsolute, sep, or replaceAll(sep, …): a path has other separators, and may lead to another drive": (
    node,
    { ways },
  ) =>
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    /^(split|startsWith|endsWith|includes|indexOf|lastIndexOf|replace|replaceAll)$/.test(node.expression.name.text) &&
    /^(\.\.|.*\/.*)$/s.test(literalOf(node.arguments[0]) ?? "") &&
    isWay(node.expression.expression, ways),

  "slashes: a pattern takes a backslash for itself": (node, { ways }) =>
    isCallOf(node, /^glob(Sync)?$/) && node.arguments.some((each) => isWay(each, ways)),

  "something else: there are no such modes, and links need a right that few have": (node) =>
    ts.isImportSpecifier(node) && /^l?(chmod|chown|symlink)(Sync)?$/.test((node.propertyName ?? node.name).text),
};

/** What every rule is about, so that most files need not be parsed. */
const telling =
  /node:|process\.|import\(|import\.meta|SIG[A-Z]|glob|["'`]\/(bin|dev|etc|home|opt|proc|root|run|sbin|tmp|usr|var)\b/;

/** Finds what does not work on Windows in the code of a file, by its syntax. */
export function findingsIn(file: string, code: string): Finding[] {
  if (!telling.test(code)) return [];
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const known: Known = { ways: new Set(), promisified: new Map() };
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) {
      const { text } = node.name;
      if (isWay(node.initializer, known.ways)) known.ways.add(text);
      const [, original] = /^promisify\((\w+)\)$/.exec(textOf(node.initializer)) ?? [];
      if (original !== undefined) known.promisified.set(text, original);
    }
    for (const [remedy, breaks] of Object.entries(rules)) {
      if (!breaks(node, known)) continue;
      findings.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, remedy });
    }
    node.forEachChild(visit);
  };
  visit(source);
  return findings;
}

function textOf(node: ts.Node | undefined): string {
  return node?.getText() ?? "";
}

function isText(node: ts.Node): node is ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateHead {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
}

function literalOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

/** The text of a command, without what is only known when it runs. */
function commandOf(node: ts.Node): string {
  return textOf(node)
    .slice(1, -1)
    .replaceAll(/\$\{[^}]*\}/g, "");
}

/** Whether it calls a function of such a name: by itself, as a member, or by way of `promisify`. */
function isCallOf(node: ts.Node, name: RegExp, known?: Known): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  if (ts.isPropertyAccessExpression(expression)) return name.test(expression.name.text);
  if (ts.isIdentifier(expression)) return name.test(known?.promisified.get(expression.text) ?? expression.text);
  return name.test(/^promisify\((\w+)\)$/.exec(textOf(expression))?.[1] ?? "");
}

/** Whether it is known to be a path: what `node:path` gives, directly or by a variable. */
function isWay(node: ts.Node | undefined, ways: ReadonlySet<string>): boolean {
  if (node === undefined) return false;
  if (ts.isIdentifier(node)) return ways.has(node.text);
  return (
    isCallOf(node, /^(dirname|fileURLToPath|join|normalize|relative|resolve)$/) && !/^import\.meta/.test(textOf(node))
  );
}

/** Whether `import()` takes it for what it says: a name, what is relative to the module, or a URL. */
function isUrl(node: ts.Expression | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isStringLiteralLike(node)) return true;
  if (ts.isTemplateExpression(node)) return /^(\.\.?\/|file:|node:)/.test(node.head.text);
  return /\.href$|^import\.meta\.resolve\(/.test(textOf(node));
}

/** What of a command of package.json cmd.exe does not do as sh does. */
export function shellFaults(command: string, programs?: ReadonlySet<string>): string[] {
  const faults = [...(command.match(/'|[;`$\\]|(?<![&2>])&(?![&1])|\/dev\/null/g) ?? [])];
  const parts = command.split(/&&|\|\||\|/).map((part) => part.trim().split(" ")[0] ?? "");
  const isUnknown = (word: string) => /=/.test(word) || posixOnly.has(word) || (programs && !programs.has(word));
  return [...faults, ...parts.filter(isUnknown)];
}

const posixOnly: ReadonlySet<string> = new Set(
  "exec export env source sh bash cat chmod cp kill ln ls mkdir mv pwd rm sed sleep test touch true false which".split(
    " ",
  ),
);

/** What keeps files of these names from being on a disk of Windows, side by side. */
export function nameFaults(files: readonly string[]): string[] {
  const seen = new Map<string, string>();
  return files.flatMap((file) => {
    const twin = seen.get(file.toLowerCase());
    seen.set(file.toLowerCase(), file);
    const names = file.split("/");
    if (twin !== undefined) return [`${file} and ${twin} are one file`];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (names.some((name) => /[<>:"|?*\\\u0000-\u001f]|[. ]$/.test(name)))
      return [`${file} has a character that no name has`];
    if (names.some((name) => /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name))) return [`${file} is a device`];
    // 260 with the folder that it is checked out to.
    if (file.length > 160) return [`${file} is too long`];
    return [];
  });
}
