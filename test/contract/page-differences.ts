import { type ApiDocument, resolve } from "../../src/openapi/document.ts";
import { exampleValidator } from "../../src/openapi/example-validator.ts";
import { type DocumentedOperation, type Reply, readOperations } from "../../src/openapi/scenarios.ts";
import { type PageCode, type PageReply, pageCodes, pageReplies } from "../pages/index.ts";

/** Where the documents depart from what the source pages print; each entry names the page, the API and the difference. */
export function pageDifferences(documents: ApiDocument[]): string[] {
  const operations = readOperations(documents);
  return [
    ...pageReplies.flatMap((page) => replyDifferences(page, documents, operations)),
    ...pageCodes.flatMap((page) => codeDifferences(page, operations)),
  ];
}

function replyDifferences(page: PageReply, documents: ApiDocument[], operations: DocumentedOperation[]): string[] {
  const name = `page ${page.page}, ${page.api} ${page.operationId} ${page.status}`;
  const document = documents.find((each) => each.name === page.api)?.document;
  const described = operations.find(
    ({ api, operation }) => api === page.api && operation.operationId === page.operationId,
  );
  const response = described?.operation.responses[page.status];
  if (!document || !described || !response) return [`${name}: not described`];

  const schema = resolve(document, response).content?.["application/json"]?.schema;
  const errors = exampleValidator(closed(document))(closed(schema), page.body);
  const examples = described.replies.filter(({ status }) => status === page.status);
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
