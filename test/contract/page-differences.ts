import { type ApiDocument, type OpenApiDocument, resolve } from "../../src/openapi/document.ts";
import { exampleValidator } from "../../src/openapi/example-validator.ts";
import { type DocumentedOperation, type Reply, readOperations } from "../../src/openapi/scenarios.ts";
import {
  type PageCall,
  type PageCode,
  type PageInput,
  type PageMember,
  type PageReply,
  pageCalls,
  pageCodes,
  pageInputs,
  pageLifetimes,
  pageMembers,
  pageReplies,
  pageTexts,
} from "../pages/index.ts";

/**
 * Where the documents depart from what the source pages print; each entry names the page, the API and the difference.
 * Looks at the pages of one document alone, if it is told which.
 */
export function pageDifferences(documents: ApiDocument[], only?: string): string[] {
  const operations = readOperations(documents);
  const wanted = <Page extends { api: string }>(pages: Page[]) =>
    pages.filter(({ api }) => only === undefined || api === only);
  return [
    ...wanted(pageReplies).flatMap((page) => replyDifferences(page, documents, operations)),
    ...wanted(pageCodes).flatMap((page) => codeDifferences(page, operations)),
    ...wanted(pageCalls).flatMap((page) => callDifferences(page, described(page, documents, operations))),
    ...wanted(pageInputs).flatMap((page) => inputDifferences(page, described(page, documents, operations))),
    ...wanted(pageMembers).flatMap((page) => memberDifferences(page, described(page, documents, operations))),
    ...wanted(pageTexts).flatMap(({ page, api, text }) => {
      const document = documents.find(({ name }) => name === api)?.document;
      return JSON.stringify(document).includes(text) ? [] : [`page ${page}, ${api}: the text "${text}" is not there`];
    }),
    ...wanted(pageLifetimes).flatMap(({ page, api, seconds }) => {
      const logins = operations.filter((each) => each.api === api).map(({ operation }) => operation as LoginOperation);
      const said = logins.some((login) => login["x-login"]?.ends.some((end) => end.in === seconds));
      return said ? [] : [`page ${page}, ${api}: no token ends after ${seconds} seconds`];
    }),
  ];
}

interface LoginOperation {
  "x-login"?: { ends: { in?: unknown }[] };
}

/** What a document has of a call; no operation if it is not described. */
interface Described {
  name: string;
  document: OpenApiDocument | undefined;
  operation: DocumentedOperation | undefined;
}

function described(
  { page, api, operationId }: { page: string; api: string; operationId: string },
  documents: ApiDocument[],
  operations: DocumentedOperation[],
): Described {
  return {
    name: `page ${page}, ${api} ${operationId}`,
    document: documents.find((each) => each.name === api)?.document,
    operation: operations.find((each) => each.api === api && each.operation.operationId === operationId),
  };
}

function callDifferences({ method, url }: PageCall, { name, document, operation }: Described): string[] {
  const [, scheme, host = "", path = ""] = /^(https?):\/\/([^/]+)(\/.*)$/.exec(url) ?? [];
  const wanted = path.replace(/:(\w+)/g, "{$1}");
  const [server] = (document?.servers ?? []) as { url: string; description?: string }[];
  const isBlank = /^\.+$/.test(host);
  const isHost = server?.url === `${scheme}://${host}` || server?.description?.includes(`${scheme}://${host}`);
  const isMarked = "x-provenance" in (document?.paths[operation?.path ?? ""] ?? {});
  return [
    ...(operation?.path === wanted ? [] : [`${name}: the path is not ${wanted}`]),
    ...(method === undefined || operation?.method === method ? [] : [`${name}: the method is not ${method}`]),
    ...(method !== undefined || isMarked ? [] : [`${name}: that the page names no method is not marked`]),
    ...(isBlank || isHost ? [] : [`${name}: the server is not ${scheme}://${host}`]),
    ...(isBlank && server?.url !== "https://{host}" ? [`${name}: a host is given, and the page has none`] : []),
  ];
}

interface Schema {
  type?: string | string[];
  const?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
}

function inputDifferences(page: PageInput, { name, document, operation }: Described): string[] {
  const at = `${name}: ${page.name}`;
  if (!document || !operation) return [`${at} is not described`];
  if (page.name === "Content-Type")
    return operation.mediaTypes.includes(String(page.value)) ? [] : [`${at} is not ${page.value}`];
  const keys = page.name.split(".");
  const success = operation.requests.find((request) => request.name === "success");
  const parameter = operation.parameters.find((each) => each.in === page.in && each.name === page.name);
  const body = resolve(document, operation.operation.requestBody)?.content["application/json"]?.schema as
    | Schema
    | undefined;
  const inBody = body && page.in === "body" ? member(document, body, keys) : undefined;
  const schema = inBody?.schema ?? (parameter?.schema as Schema | undefined);
  if (!schema) return [`${at} is not described`];
  const required = inBody?.required ?? parameter?.required ?? false;
  const example = parameter
    ? success?.parameters.find((each) => each.parameter.name === page.name)?.example.value
    : get(success?.body?.example.value, keys);
  return [
    ...(page.type === undefined || schema.type === page.type ? [] : [`${at} is no ${page.type}`]),
    ...(page.required === undefined || required === page.required
      ? []
      : [`${at} is ${page.required ? "not " : ""}required`]),
    ...(page.value === undefined || example === page.value ? [] : [`${at} is not ${page.value}`]),
  ];
}

/** A member within members, and whether it is required where it stands. */
function member(
  document: OpenApiDocument,
  top: Schema,
  keys: string[],
): { schema: Schema; required: boolean } | undefined {
  let found = { schema: resolve<Schema>(document, top), required: true };
  for (const key of keys) {
    const child = found.schema.properties?.[key];
    if (!child) return undefined;
    found = { schema: resolve<Schema>(document, child), required: found.schema.required?.includes(key) ?? false };
  }
  return found;
}

function memberDifferences(page: PageMember, { name, document, operation }: Described): string[] {
  if (!document || !operation) return [`${name}: not described`];
  const reply = resolve(document, operation.operation.responses["200"])?.content?.["application/json"]
    ?.schema as Schema;
  const variants = resolve<Schema>(document, reply).anyOf ?? [reply];
  const schemas = variants.flatMap((variant) => member(document, variant, [page.name])?.schema ?? []);
  const missing = (page.values ?? []).filter((value) => !schemas.some((schema) => schema.const === value));
  const isTyped = schemas.length > 0 && schemas.every(({ type }) => type === page.type);
  return [
    ...(isTyped ? [] : [`${name}: ${page.name} is no ${page.type}`]),
    ...missing.map((value) => `${name}: ${page.name} is never "${value}"`),
  ];
}

function replyDifferences(page: PageReply, documents: ApiDocument[], operations: DocumentedOperation[]): string[] {
  const name = `page ${page.page}, ${page.api} ${page.operationId} ${page.status}`;
  const document = documents.find((each) => each.name === page.api)?.document;
  const operation = operations.find(
    ({ api, operation }) => api === page.api && operation.operationId === page.operationId,
  );
  const response = operation?.operation.responses[page.status];
  if (!document || !operation || !response) return [`${name}: not described`];

  const schema = resolve(document, response).content?.["application/json"]?.schema;
  const errors = exampleValidator(closed(document))(closed(schema ?? {}), page.body);
  const examples = operation.replies.filter(({ status }) => status === page.status);
  return [
    ...(errors ? [`${name}: the page's reply breaks the schema: ${errors}`] : []),
    ...(examples.some(({ example }) => printsAs(page.body, example.value))
      ? []
      : [`${name}: no example is the page's reply; nearest: ${nearest(page, examples)}`]),
  ];
}

function codeDifferences({ page, api, at, code, text }: PageCode, operations: DocumentedOperation[]): string[] {
  const pattern = new RegExp(`^${literal(text).replace("HEADER", "[\\w-]+").replace("FIELD", "\\w+")}$`);
  const found = operations
    .filter((operation) => operation.api === api)
    .flatMap(({ replies }) => replies)
    .some(({ example }) => get(example.value, at.code) === code && pattern.test(String(get(example.value, at.text))));
  return found ? [] : [`page ${page}, ${api}: no example has code ${code} and the text "${text}"`];
}

/** The same schemas, but for members that they do not describe: a page's member must be described. */
function closed<Node>(node: Node): Node {
  if (Array.isArray(node)) return node.map(closed) as Node;
  if (!isObject(node)) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, child]) => [key, closed(child)]));
  return (isObject(node.properties) ? { ...copy, additionalProperties: false } : copy) as Node;
}

/** Whether the example is what the page prints, but for the page's placeholders. */
function printsAs(printed: unknown, example: unknown): boolean {
  return differences(printed, example).length === 0;
}

function nearest(page: PageReply, examples: Reply[]): string {
  const [best] = examples
    .map(({ name, example }) => ({ name, at: differences(page.body, example.value) }))
    .sort((a, b) => a.at.length - b.at.length);
  return best ? `${best.name}, which differs at ${best.at.join(", ")}` : "none";
}

function differences(printed: unknown, example: unknown, at = "the top"): string[] {
  if (isObject(printed) && isObject(example)) {
    return [...new Set([...Object.keys(printed), ...Object.keys(example)])].flatMap((key) =>
      differences(printed[key], example[key], at === "the top" ? key : `${at}.${key}`),
    );
  }
  const placeholder = typeof printed === "string" && /^\{.+\}$/.test(printed) && typeof example === "string";
  return placeholder || printed === example ? [] : [at];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function get(value: unknown, keys: string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
