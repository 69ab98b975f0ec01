import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix, resolve } from "node:path";
import {
  Application,
  Comment,
  type Context,
  Converter,
  type DeclarationReflection,
  IntrinsicType,
  type LiteralType,
  Logger,
  LogLevel,
  type ProjectReflection,
  ReflectionKind,
  type SignatureReflection,
  type TypeDocOptions,
} from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import ts from "typescript";
import { changedProse, type Guide, readGuide } from "../../src/docs/guide.ts";
import { UserError } from "../command.ts";

/** An entry of the package: what is imported, and the module that it comes from. */
export interface Entry {
  /** Such as `login-apis/mock`. */
  name: string;
  file: string;
}

/** The entries of the package that are code: those that its manifest names, and one for each document that has one. */
export async function readEntries(apis: readonly string[]): Promise<Entry[]> {
  const { name, exports }: { name: string; exports: Record<string, string | { types: string }> } = JSON.parse(
    await readFile("package.json", "utf8"),
  );
  const entries = Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === "string") return [];
    const file = target.types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts");
    const fillings = path.includes("*") ? apis : [""];
    return fillings.map((api) => ({ name: name + path.slice(1).replace("*", api), file: file.replace("*", api) }));
  });
  return entries.filter(({ file }) => existsSync(file));
}

/** What the interface names and does not explain: an API's page does, or it only computes a type. */
const explainedElsewhere = ["components", "paths", "Method", "Member", "Params", "Parameters", "Written", "form"];

const options = {
  // Whoever reads a reply's members finds them on the page of its API.
  excludeExternals: true,
  externalPattern: ["**/schema.ts", "**/node_modules/**"],
  excludeInternal: true,
  // `npm run typecheck` does.
  skipErrorChecking: true,
  disableSources: true,
  readme: "none",
  logLevel: "Warn",
  sort: ["source-order"],
  sortEntryPoints: false,
  groupOrder: ["Functions", "Classes", "Variables", "*"],
  validation: { notDocumented: true, notExported: true, invalidLink: true, rewrittenLink: true },
  alwaysCreateEntryPointModule: true,
  plugin: ["typedoc-plugin-markdown"],
  outputFileStrategy: "modules",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  hideGroupHeadings: true,
  useCodeBlocks: true,
  expandObjects: true,
  expandParameters: true,
  parametersFormat: "table",
  // So that what leads to a heading can be told the id that the heading has on the site.
  useHTMLAnchors: true,
} satisfies Partial<TypeDocOptions & PluginOptions>;

export interface ReferenceOptions {
  /** What the modules are compiled with. */
  tsconfig?: string;
  intentionallyNotExported?: string[];
}

/**
 * The reference of some modules' interface, by TypeDoc: a page that leads to one for each module. Throws a `UserError` that
 * lists what has no documentation, what is named and cannot be imported, and each link that leads nowhere.
 */
export async function readReference(
  entries: readonly Entry[],
  { tsconfig = "tsconfig.build.json", intentionallyNotExported = explainedElsewhere }: ReferenceOptions = {},
): Promise<Guide[]> {
  const application = await Application.bootstrapWithPlugins({
    ...options,
    entryPoints: entries.map(({ file }) => file),
    tsconfig,
    intentionallyNotExported,
  });
  const problems = new Problems();
  application.logger = problems;
  application.converter.on(Converter.EVENT_CREATE_SIGNATURE, nameTypesOfSignature);
  application.converter.on(Converter.EVENT_CREATE_DECLARATION, nameTypeOfProperty);
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => explainTexts(project));
  const project = await application.convert();
  if (!project) throw problems.asUserError();
  nameModules(project, entries);
  application.validate(project);
  const pages = await writtenPages(application, project);
  if (problems.hasWarnings() || problems.hasErrors()) throw problems.asUserError();

  const places = new Map(pages.map((page) => [page.path, placesOf(page)]));
  return [overview(project), ...pages.map((page) => linked(page, places))];
}

// TypeScript forgets the name of a type that is computed, such as a schema's; the declarations have it.

/** Has what a function takes and returns called as its declaration calls it. */
function nameTypesOfSignature(
  context: Context,
  signature: SignatureReflection,
  declaration?: ts.SignatureDeclaration | ts.JSDocSignature,
): void {
  if (!declaration || ts.isJSDocSignature(declaration)) return;
  if (declaration.type) signature.type = context.converter.convertType(context, declaration.type);
  for (const [index, parameter] of (signature.parameters ?? []).entries()) {
    const declared = declaration.parameters[index]?.type;
    if (declared && ts.isTypeReferenceNode(declared)) {
      parameter.type = context.converter.convertType(context, declared);
    }
  }
}

/** The same of a property. */
function nameTypeOfProperty(context: Context, property: DeclarationReflection): void {
  const declaration = context.getSymbolFromReflection(property)?.valueDeclaration;
  if (!declaration || !(ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration))) return;
  const { type } = declaration;
  if (type && ts.isTypeReferenceNode(type)) property.type = context.converter.convertType(context, type);
}

/** A constant whose members are texts has no comments on them: each says itself what it is. */
function explainTexts(project: ProjectReflection): void {
  for (const member of project.getReflectionsByKind(ReflectionKind.Property)) {
    const isText = member.isDeclaration() && member.type?.type === "literal" && typeof member.type.value === "string";
    const isOfConstant = member.parent?.parent?.kindOf(ReflectionKind.Variable);
    if (!isText || !isOfConstant || member.hasComment()) continue;
    member.comment = new Comment([{ kind: "text", text: String((member.type as LiteralType).value) }]);
    member.type = new IntrinsicType("string");
    delete member.defaultValue;
  }
}

/** Keeps what TypeDoc would print. */
class Problems extends Logger {
  #messages: string[] = [];

  override log(message: string, level: LogLevel): void {
    super.log(message, level);
    if (level >= LogLevel.Warn) this.#messages.push(message);
  }

  asUserError(): UserError {
    return new UserError(this.#messages.join("\n"));
  }
}

/** A module is called as it is imported. */
function nameModules(project: ProjectReflection, entries: readonly Entry[]): void {
  const names = new Map(entries.map(({ name, file }) => [resolve(file), name]));
  for (const module of project.children ?? []) {
    const path = project.files.getReflectionPath(module);
    module.name = (path && names.get(resolve(path))) ?? module.name;
  }
}

const folder = "docs/reference";

function pathOf(module: string): string {
  return `${folder}/${module}.md`;
}

/** A page for each module, as the plugin writes it. */
async function writtenPages(application: Application, project: ProjectReflection): Promise<Guide[]> {
  const written = await mkdtemp(join(tmpdir(), "login-apis-reference-"));
  try {
    application.options.setValue("outputs", [{ name: "markdown", path: written }]);
    await application.generateOutputs(project);
    const modules = project.children ?? [];
    return await Promise.all(
      modules.map(async ({ name }) => ({
        name: `reference-${name.split("/").at(-1)}`,
        title: name,
        path: pathOf(name),
        text: await readFile(join(written, `${name}.md`), "utf8"),
        isPart: true,
      })),
    );
  } finally {
    await rm(written, { recursive: true });
  }
}

/** The page that leads to all others. */
function overview(project: ProjectReflection): Guide {
  const isValue = ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Variable;
  const rows = (project.children ?? []).map(({ name, children = [] }) => {
    const values = children.filter((child) => child.kindOf(isValue)).map((child) => `\`${child.name}\``);
    return `| [\`${name}\`](${name}.md) | ${values.join(", ")} |\n`;
  });
  return {
    name: "reference",
    title: "Reference",
    path: pathOf("index"),
    text: `# Reference

What the package exports, made from its declarations: each entry, and the functions, classes and lists that it has beside its types.

| entry | what it exports |
| --- | --- |
${rows.join("")}`,
  };
}

const anchor = /<a id="([^"]+)"><\/a>/g;

/** The ids on the site of what the plugin's links lead to: a heading, or something below it. */
function placesOf(page: Guide): Map<string, string> {
  const { tokens, headings } = readGuide(page);
  const places = new Map<string, string>();
  let ahead: string[] = [];
  let current = "";
  for (const token of tokens) {
    const heading = headings.get(token);
    if (heading) {
      current = heading.id;
      for (const name of ahead) places.set(name, current);
      ahead = [];
    }
    const named = [...token.raw.matchAll(anchor)].map(([, name = ""]) => name);
    const isAlone = token.raw.replaceAll(anchor, "").trim() === "";
    if (isAlone) ahead.push(...named);
    else for (const name of named) places.set(name, current);
  }
  return places;
}

/** The page with links that lead to the ids on the site. Throws a `UserError` for one that leads nowhere. */
function linked(page: Guide, places: ReadonlyMap<string, ReadonlyMap<string, string>>): Guide {
  const text = changedProse(page.text, (prose) =>
    prose.replaceAll(anchor, "").replace(/\]\(([^)#\s]*)#([^)\s]+)\)/g, (_, file: string, name: string) => {
      const path = file === "" ? page.path : posix.join(posix.dirname(page.path), file);
      const id = places.get(path)?.get(name);
      if (id === undefined) throw new UserError(`${page.title}: ${file}#${name} leads nowhere.`);
      return `](${file}#${id})`;
    }),
  );
  return { ...page, text: text.replaceAll(/\n{3,}/g, "\n\n").trimStart() };
}
