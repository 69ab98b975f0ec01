import { readdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { jsonpath } from "json-p3";
import { isNode, LineCounter, parseDocument } from "yaml";
import { nodesOf, type OpenApiDocument } from "../../src/openapi/document.ts";
import { houseRules } from "../../src/openapi/rules.ts";
import { probesOf } from "../../src/openapi/verification.ts";
import { UserError } from "../command.ts";
import type { WrittenDocument } from "./build.ts";

/** A translation of a document's prose: an Overlay, named openapi/overlays/<api>.<language>.yaml. */
export interface Translation {
  name: string;
  /** Of BCP 47, such as `ja`. */
  language: string;
  file: string;
}

const folder = "openapi/overlays";

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
  documents: readonly WrittenDocument[],
): Promise<OpenApiDocument> {
  const source = documents.find((document) => document.name === name);
  if (!source)
    throw new UserError(
      `${file}:1:1: there is no document ${dirname(dirname(file))}/${name}.yaml that it could translate.`,
    );
  const overlay = await readOverlay(file);
  const refuse = (problems: string[]) => {
    if (problems.length === 0) return;
    throw new UserError(problems.map((problem) => `${overlay.placeOf(problem)}: ${problem}`).join("\n"));
  };
  refuse(malformed(overlay.value));
  const translated = applyOverlay(overlay.value as Overlay, source.document);
  refuse(translationProblems(overlay.value as Overlay, source.document, translated));
  return translated;
}

/** An overlay, and where in its file each of its problems is: that of an action there, and any other at its beginning. */
async function readOverlay(file: string): Promise<{ value: unknown; placeOf(problem: string): string }> {
  const lines = new LineCounter();
  const document = parseDocument(await readFile(file, "utf8"), { lineCounter: lines });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) throw new UserError(`${placeAt(error.pos[0])}: ${error.message.split(" at line ")[0]}`);
  return {
    value: document.toJS(),
    placeOf(problem) {
      const [, index] = /^actions\[(\d+)\]/.exec(problem) ?? [];
      const action = index === undefined ? undefined : document.getIn(["actions", Number(index)], true);
      return placeAt((isNode(action) && action.range?.[0]) || 0);
    },
  };
}

interface Overlay {
  actions: { target: string; update?: unknown; remove?: boolean }[];
}

/** What keeps an overlay from being applied. */
function malformed(overlay: unknown): string[] {
  const { actions } = Object(overlay) as { actions?: unknown };
  if (!Array.isArray(actions)) return ["An overlay has a list of `actions`, and this file has none."];
  return actions.flatMap((action: unknown, index) => {
    const { target, update, remove } = Object(action) as { target?: unknown; update?: unknown; remove?: unknown };
    if (typeof target !== "string") return `actions[${index}] has no target.`;
    if (update === undefined && remove !== true) return `actions[${index}] neither updates nor removes anything.`;
    try {
      jsonpath.compile(target);
      return [];
    } catch (error) {
      return `actions[${index}] has a target that is no JSONPath: ${(error as Error).message}`;
    }
  });
}

/** A copy of the document with every action done, one after another, as the Overlay Specification 1.0 says. */
export function applyOverlay({ actions }: Overlay, document: OpenApiDocument): OpenApiDocument {
  const changed = structuredClone(document);
  for (const { target, update, remove = false } of actions) {
    const nodes = [...jsonpath.query(target, changed as never)];
    // From behind, so that each index is still that of its element.
    for (const { location, value } of nodes.reverse()) {
      if (remove) removeAt(changed, location);
      else merge(value, update);
    }
  }
  return changed;
}

type Branch = Record<string | number, unknown>;

function removeAt(document: OpenApiDocument, location: (string | number)[]): void {
  const key = location.at(-1);
  if (key === undefined) return;
  const holder = location.slice(0, -1).reduce<unknown>((node, each) => (node as Branch)[each], document);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete (holder as Branch)[key];
}

/** Lists grow, objects are merged member by member, and everything else is replaced. */
function merge(target: unknown, update: unknown): void {
  if (Array.isArray(target)) {
    target.push(update);
    return;
  }
  if (!isObject(target) || !isObject(update)) return;
  for (const [key, value] of Object.entries(update)) {
    const old = target[key];
    if (Array.isArray(old) && Array.isArray(value)) old.push(...value);
    else if (isObject(old) && isObject(value)) merge(old, value);
    else target[key] = structuredClone(value);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is wrong with a translation: an action matches nothing, prose stays as it was, or what is no prose does not. */
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
  const ofNodes = nodesOf(document).flatMap(({ at, node }) =>
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
