import { type ApiDocument, nodesOf, type OpenApiDocument } from "../openapi/document.ts";
import { type DocumentedLogin, readLogin } from "../openapi/login.ts";
import { operationName, operationsOf } from "../openapi/operations.ts";
import { type DocumentedOperation, readOperations } from "../openapi/scenarios.ts";
import { UserError } from "../openapi/user-error.ts";
import { probesOf } from "../openapi/verification.ts";
import { Ids } from "./ids.ts";
import { glanceOf, stayingOf } from "./login-model.ts";
import { factsOf } from "./members.ts";
import type { AboutEntry, ApiPage, ServerPart } from "./model.ts";
import { Notes } from "./notes.ts";
import { operationPart } from "./operation-model.ts";
import { keyOf, type Loose, type PageContext, textOf } from "./page-context.ts";
import type { Words } from "./words.ts";

/** The sections of every page; no part of a document gets one of these ids. */
export const sections = [
  "main",
  "glance",
  "description",
  "staying",
  "notes",
  "version",
  "page-data",
  "tab-curl",
  "tab-typescript",
  "tab-session",
] as const;

/**
 * Reads all that a document says into the model of its page. `baseUrl` is where the mock answers, for the curl lines.
 * Throws a `UserError` if its login is not whole.
 */
export function pageModel(api: ApiDocument, words: Words, baseUrl: string): ApiPage {
  const { name, document } = api;
  const login = documentedLogin(api);
  const ids = new Ids();
  for (const section of sections) ids.take(section);
  const operations = readOperations([api]);
  const placed = operationsOf(document);
  const operationIds = new Map(
    placed.map((operation) => [keyOf(operation), ids.take(operationName(operation))] as const),
  );
  const context: PageContext = {
    document,
    login,
    words,
    ids,
    told: new Set(),
    notes: new Notes(),
    baseUrl,
    operationIds,
  };
  // In the order of the page, so that its notes are numbered in it.
  const info = document.info as OpenApiDocument["info"] & Loose;
  const glance = glanceOf(context, placed);
  const descriptionMarks = context.notes.mark(info, words.place.description);
  const servers = serversOf(context);
  const parts = placed.map((operation, index) =>
    operationPart(context, operation, operations[index] as DocumentedOperation),
  );
  const staying = stayingOf(context);
  const about = aboutOf(context);
  for (const { node } of nodesOf(document)) {
    if (!context.notes.has(node)) context.notes.mark(node, words.place.elsewhere);
  }
  return {
    name,
    language: words.language,
    title: info.title,
    version: info.version,
    summary: info.summary ?? "",
    description: info.description ?? "",
    descriptionMarks,
    glance,
    servers,
    operations: parts,
    staying,
    about,
    notes: context.notes.all,
    probes: [...probesOf(document)].map(([name, probe]) => ({ name, ...probe })),
  };
}

/** The login that a document states. Throws a `UserError` if it is not whole. */
export function documentedLogin({ name, document }: ApiDocument): DocumentedLogin {
  const { login, problems } = readLogin(document);
  if (login && problems.length === 0) return login;
  const messages = problems.map(({ message }) => `${name}: ${message}`);
  throw new UserError(`${messages.join("\n")}\nFor file and line, run: npm run lint`);
}

function serversOf({ document, ids, notes, words }: PageContext): ServerPart[] {
  return (document.servers ?? []).map(({ url, description = "", variables = {}, ...rest }, index) => ({
    url,
    description,
    marks: notes.mark(rest, words.place.server),
    variables: Object.entries(variables as Record<string, Loose>).map(([name, node]) => ({
      id: ids.take(`server-${index + 1}.${name}`),
      name,
      facts: factsOf(node),
      description: textOf(node.description),
      marks: notes.mark(node, `${words.place.server} ${name}`),
    })),
  }));
}

function aboutOf({ document, notes, words }: PageContext): AboutEntry[] {
  const root = document as OpenApiDocument & Loose;
  const info = root.info as OpenApiDocument["info"] & Loose;
  const entry = (name: AboutEntry["name"], node: unknown, text: string, url?: string): AboutEntry => {
    const { description } = Object(node) as { description?: unknown };
    return {
      name,
      text,
      ...(url !== undefined && { url }),
      description: textOf(description),
      marks: notes.mark(node, words[name]),
    };
  };
  const { license, contact, termsOfService } = info as { license?: Loose; contact?: Loose; termsOfService?: string };
  const { externalDocs, tags = [] } = root as { externalDocs?: Loose; tags?: Loose[] };
  const person = (node: Loose) => [node.name, node.email].filter((text) => text !== undefined).join(" ");
  return [
    entry("documentVersion", {}, `${info.version ?? ""} (OpenAPI ${root.openapi})`.trim()),
    ...(license ? [entry("license", license, licenseText(license), urlOf(license))] : []),
    ...(contact ? [entry("contact", contact, person(contact), urlOf(contact))] : []),
    ...(termsOfService === undefined ? [] : [entry("termsOfService", {}, termsOfService, termsOfService)]),
    ...(externalDocs ? [entry("externalDocs", externalDocs, textOf(externalDocs.url), urlOf(externalDocs))] : []),
    ...tags.map((tag) => entry("tags", tag, textOf(tag.name))),
  ];
}

function licenseText({ name, identifier }: Loose): string {
  const isMore = identifier !== undefined && identifier !== name;
  return isMore ? `${textOf(name)} (${textOf(identifier)})` : textOf(name);
}

function urlOf({ url }: Loose): string | undefined {
  return typeof url === "string" ? url : undefined;
}
