import { stringifyYaml } from "@redocly/openapi-core";
import type { ApiDocument } from "../openapi/document.ts";
import { UserError } from "../openapi/user-error.ts";
import { apiPage } from "./api-page.ts";
import type { TriedContract, TriedScenario, TryData } from "./browser/data.ts";
import { firstPage } from "./first-page.ts";
import { type Guide, GuideLinks, guideMarkdown } from "./guide.ts";
import { guidePage } from "./guide-page.ts";
import { html } from "./html.ts";
import { addressOf, fileOf } from "./layout.ts";
import { llmsText } from "./llms.ts";
import { markdownPage } from "./markdown-page.ts";
import { type ApiPage, type OperationPart, scenarioName } from "./model.ts";
import { documentedLogin, pageModel } from "./page-model.ts";
import { type Samples, sampleBaseUrl } from "./samples.ts";
import { pageScript } from "./scripts.ts";
import { type Words, wordsOf } from "./words.ts";

/** A document in one language: as it was written, or with its translation applied. */
export interface DocsDocument extends ApiDocument {
  /** Of BCP 47; `en` unless said. */
  language?: string;
  /** The document's own text, if that is to be served as it stands; else it is written anew. */
  yaml?: string;
  /** The file that it is written in, or its translation, for messages. */
  file?: string;
}

export interface DocsOptions {
  /** The base URL that the mock behind the pages answers at: code asks that, and there is something to try. */
  mock?: string | undefined;
  /** The address of the site, with a slash at its end: canonical links, those between languages, and a sitemap need one. */
  site?: string | undefined;
  /** Whether Redoc's pages will be beside these, to be linked to. */
  redoc?: boolean;
  /** Code for the pages; without any, they have the curl lines that follow from the documents. */
  samples?: Samples;
  /**
   * Pages of prose, in the order in which they are listed. This project's own docs have them, and say what its documents
   * are; without them the docs are about somebody's documents and say nothing of this project.
   */
  guides?: readonly Guide[];
}

export interface DocsFile {
  /** The media type, with its charset. */
  type: string;
  body: string | Uint8Array;
}

/** All files of the docs, by exact path, such as `/billing.html`. */
export type DocsFiles = ReadonlyMap<string, DocsFile>;

/**
 * Makes the docs of some documents: for each a page, its twin in Markdown, and the document as YAML and JSON; a page
 * that compares them, in every language that one of them is in; of each guide a page and its twin; `llms.txt`. Asks no
 * network and writes nothing. Throws a `UserError` where a login is not whole, a language has no words, or two documents
 * would have the same file.
 */
export async function buildDocs(
  documents: readonly DocsDocument[],
  { mock, site, redoc = false, samples = new Map(), guides }: DocsOptions = {},
): Promise<DocsFiles> {
  const baseUrl = mock ?? sampleBaseUrl;
  const made = documents.map(({ language = "en", ...document }) => {
    const words = wordsOf(language);
    return { document, words, page: pageModel(document, words, baseUrl) };
  });
  const languages = [...new Set(["en", ...made.map(({ words }) => words.language)])];
  const files = new Map<string, DocsFile>();
  const names = new NamesOfFiles();
  const add = (name: string, type: string, body: string, owner?: DocsDocument) => {
    names.take(name, owner);
    files.set(`/${name}`, { type, body });
  };

  const withoutEnglish = (language: string) => languages.filter((other) => other !== language);
  for (const language of languages) {
    const words = wordsOf(language);
    const body = await firstPage(inLanguage(made, language), {
      words,
      others: withoutEnglish(language),
      mock,
      site,
      guides,
    });
    add(fileOf("index", language, "html"), "text/html; charset=utf-8", body);
  }
  add(
    "llms.txt",
    "text/plain; charset=utf-8",
    llmsText(
      made.map(({ page }) => page),
      guides,
    ),
  );
  if (mock !== undefined) {
    const data = tryData(made);
    add(
      "try.js",
      "text/javascript; charset=utf-8",
      `${await pageScript("try")}
export const data = ${JSON.stringify(data)};
`,
    );
  }

  for (const { document, words, page } of made) {
    const { name } = document;
    const { language } = words;
    const others = made.flatMap((other) =>
      other.document.name === name && other.words.language !== language ? [other.words.language] : [],
    );
    const options = { words, others, home: fileOf("index", language, "html"), samples, mock, site, redoc };
    const addForm = (ending: string, type: string, body: string) =>
      add(fileOf(name, language, ending), `${type}; charset=utf-8`, body, document);
    addForm("html", "text/html", await apiPage(page, options));
    addForm("md", "text/markdown", markdownPage(page, options));
    addForm("yaml", "application/yaml", document.yaml ?? stringifyYaml(document.document, { lineWidth: -1 }));
    addForm("json", "application/json", `${JSON.stringify(document.document, undefined, 2)}\n`);
    if (redoc) names.take(fileOf(name, language, "redoc.html"), document);
  }
  const links = new GuideLinks(guides ?? []);
  for (const guide of guides ?? []) {
    const page = await guidePage(guide, { words: wordsOf("en"), guides: guides ?? [], links, mock, site });
    add(fileOf(guide.name, "en", "html"), "text/html; charset=utf-8", page);
    add(fileOf(guide.name, "en", "md"), "text/markdown; charset=utf-8", guideMarkdown(guide, links));
  }
  if (site !== undefined) add("sitemap.xml", "application/xml; charset=utf-8", sitemap(site, [...files.keys()]));
  return files;
}

function sitemap(site: string, paths: string[]): string {
  const pages = paths.filter((path) => path.endsWith(".html")).map((path) => addressOf(site, path.slice(1)));
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${pages.map((page) => html`<url><loc>${page}</loc></url>\n`.source).join("")}</urlset>
`;
}

/** Which file is whose. */
class NamesOfFiles {
  readonly #owners = new Map<string, DocsDocument | undefined>();

  /** Throws a `UserError`, with the file at fault where it is known, if the name is another's already. */
  take(name: string, owner?: DocsDocument): void {
    const isTaken = this.#owners.has(name);
    const other = this.#owners.get(name);
    this.#owners.set(name, owner);
    if (!isTaken) return;
    const place = owner?.file === undefined ? "" : `${owner.file}:1:1: `;
    const whose = other === undefined ? "a page of all APIs" : `that of ${other.file ?? "another document"}`;
    throw new UserError(`${place}${name} would be its page, and is ${whose} already. Rename the file.`);
  }
}

interface Made {
  document: DocsDocument;
  words: Words;
  page: ApiPage;
}

/** Every API once, in the language if there is such a document. */
function inLanguage(made: readonly Made[], language: string): ApiPage[] {
  const names = [...new Set(made.map(({ document }) => document.name))];
  return names.flatMap((name) => {
    const own = made.filter(({ document }) => document.name === name);
    return (own.find(({ words }) => words.language === language) ?? own[0])?.page ?? [];
  });
}

function tryData(made: readonly Made[]): TryData {
  const scenarios = made.flatMap(({ document, page }) =>
    page.operations.flatMap((operation) => {
      const contract = contractName(document, operation);
      const headers = operation.replies.flatMap((reply) => reply.headers.map(({ name }) => name));
      return operation.scenarios.map(({ id, request, curl }): [string, TriedScenario] => [
        scenarioName(page, id),
        { request, curl, headers: [...new Set(headers)], ...(contract !== undefined && { contract }) },
      ]);
    }),
  );
  const contracts = made.flatMap(({ document }) => contractsOf(document));
  const words = ["en", ...made.map(({ page }) => page.language)].map((language) => [
    language,
    wordsOf(language).trying,
  ]);
  return {
    scenarios: Object.fromEntries(scenarios),
    contracts: Object.fromEntries(contracts),
    words: Object.fromEntries(words),
  };
}

/** Where one operation logs in and renews, its replies are judged as a login's. */
function contractName(document: ApiDocument, { method, path }: OperationPart): string | undefined {
  const { operation, refresh } = documentedLogin(document);
  const isIt = (placed: typeof operation | undefined) =>
    placed?.method.toUpperCase() === method && placed.path === path;
  if (isIt(operation)) return `${document.name}/login`;
  return isIt(refresh?.operation) ? `${document.name}/refresh` : undefined;
}

function contractsOf(document: ApiDocument): [string, TriedContract][] {
  const { contract, header, refresh } = documentedLogin(document);
  return [
    [`${document.name}/login`, { reply: contract, isRefresh: false, header }],
    ...(refresh
      ? [[`${document.name}/refresh`, { reply: refresh.contract, isRefresh: true, header }] as [string, TriedContract]]
      : []),
  ];
}
