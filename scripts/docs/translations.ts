import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonpath } from "json-p3";
import { isNode, LineCounter, parseDocument } from "yaml";
import { nodesOf, type OpenApiDocument } from "../../src/openapi/document.ts";
import { houseRules } from "../../src/openapi/rules.ts";
import { probesOf } from "../../src/openapi/verification.ts";
import { UserError } from "../command.ts";
import { registry, type SourceDocument } from "../documents.ts";
import { redocly } from "../redocly.ts";

/** A translation of a document's prose: an Overlay, named openapi/overlays/<api>.<language>.yaml. */
export interface Translation {
  name: string;
  /** Of BCP 47, such as `ja`. */
  language: string;
  file: string;
}

const folder = `${registry}/overlays`;

/** Every translation there is, by name. */
export async function findTranslations(): Promise<Translation[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".yaml")).sort();
  return files.map((file) => {
    const [, name = "", language = ""] = /^(.+)\.([\w-]+)\.yaml$/.exec(file) ?? [];
    return { name, language, file: `${folder}/${file}` };
  });
}

/**
 * The document in the translation's language. Throws a `UserError` that names every action that matches nothing, all
 * prose that stays untranslated, and whatever the Overlay changes that is no prose.
 */
export async function translate(
  { file, name }: Translation,
  documents: SourceDocument[],
  signal?: AbortSignal,
): Promise<OpenApiDocument> {
  const source = documents.find((document) => document.name === name);
  if (!source)
    throw new UserError(`${file}:1:1: there is no document ${registry}/${name}.yaml that it could translate.`);
  const overlay = await readOverlay(file);
  const translated = await applyOverlay(file, source.file, signal);
  const problems = translationProblems(overlay.value, source.document, translated);
  if (problems.length > 0)
    throw new UserError(problems.map((problem) => `${overlay.placeOf(problem)}: ${problem}`).join("\n"));
  return translated;
}

/** An overlay, and where in its file each of its problems is: that of an action there, and any other at its beginning. */
async function readOverlay(file: string): Promise<{ value: Overlay; placeOf(problem: string): string }> {
  const lines = new LineCounter();
  const document = parseDocument(await readFile(file, "utf8"), { lineCounter: lines });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) throw new UserError(`${placeAt(error.pos[0])}: ${error.message.split(" at line ")[0]}`);
  return {
    value: document.toJS() as Overlay,
    placeOf(problem) {
      const [, index] = /^actions\[(\d+)\]/.exec(problem) ?? [];
      const action = index === undefined ? undefined : document.getIn(["actions", Number(index)], true);
      return placeAt((isNode(action) && action.range?.[0]) || 0);
    },
  };
}

async function applyOverlay(
  overlay: string,
  document: string,
  signal: AbortSignal | undefined,
): Promise<OpenApiDocument> {
  const workplace = await mkdtemp(join(tmpdir(), "login-apis-"));
  try {
    const file = join(workplace, "translated.json");
    await redocly(["bundle", document, "--overlay", overlay, "-o", file], signal);
    return JSON.parse(await readFile(file, "utf8")) as OpenApiDocument;
  } finally {
    await rm(workplace, { recursive: true });
  }
}

interface Overlay {
  actions: { target: string }[];
}

/** What is wrong with a translation; Redocly itself says nothing of an action that matches nothing. */
export function translationProblems(
  { actions }: Overlay,
  original: OpenApiDocument,
  translated: OpenApiDocument,
): string[] {
  const idle = actions.flatMap(({ target }, index) =>
    jsonpath.query(target, original as never).length === 0 ? `actions[${index}] matches nothing: ${target}` : [],
  );
  const before = new Map(leavesOf(original));
  const after = new Map(leavesOf(translated));
  const added = [...after.keys()].filter((place) => !before.has(place)).map((place) => `adds ${place}`);
  const prose = new Set(proseOf(translated));
  const untranslated = [...prose]
    .filter((place) => after.get(place) === before.get(place))
    .map((place) => `leaves ${place} untranslated`);
  const altered = [...after.keys()]
    .filter((place) => before.has(place) && after.get(place) !== before.get(place))
    .filter((place) => !prose.has(place) && !isExample(place))
    .map((place) => `changes ${place}, which is neither prose nor an example's value`);
  const broken = Object.values(houseRules).flatMap((rule) =>
    [...rule(translated)].map(({ at, message }) => `breaks ${at.join("/")}: ${message}`),
  );
  return [...idle, ...added, ...untranslated, ...altered, ...broken];
}

const reasons = ["x-provenance-reason", "x-verify-reason"];
const proseKeys = ["title", "summary", "description", "x-invalid", ...reasons];

/** Where a document's prose stands. */
function proseOf(document: OpenApiDocument): string[] {
  const ofNodes = [...nodesOf(document)].flatMap(({ at, node }) =>
    Object.keys(node)
      .filter((key) => typeof node[key] === "string" && isProse(at, key))
      .map((key) => [...at, key].join("/")),
  );
  return [...ofNodes, ...[...probesOf(document).keys()].map((name) => `x-verify/${name}/summary`)];
}

/** How a login is read, for programs; what is prose in it is why. */
const rules = ["x-login", "x-refresh", "x-rejection"];

function isProse(at: (string | number)[], key: string): boolean {
  if (at.some((each) => rules.includes(String(each)))) return reasons.includes(key);
  return proseKeys.includes(key);
}

/** Whether a place is in the value of a named example, or one of a schema's `examples`. */
function isExample(place: string): boolean {
  return place.includes("/value/") || /^components\/schemas\/.*\/examples\/\d+$/.test(place);
}

function leavesOf(node: unknown, at: (string | number)[] = []): [string, unknown][] {
  if (typeof node !== "object" || node === null) return [[at.join("/"), node]];
  return Object.entries(node).flatMap(([key, child]) => leavesOf(child, [...at, key]));
}
