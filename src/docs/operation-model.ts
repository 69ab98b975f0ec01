import { curlLine } from "../openapi/curl.ts";
import { type Header, type MediaType, type Parameter, type Response, resolve } from "../openapi/document.ts";
import { isJson } from "../openapi/media-type.ts";
import { operationName, type PlacedOperation } from "../openapi/operations.ts";
import { type DocumentedOperation, type Reply, wireRequest } from "../openapi/scenarios.ts";
import { factsOf, membersOf, SchemaParts } from "./members.ts";
import type { Member, OperationPart, ReplyPart, Scenario, SecurityPart } from "./model.ts";
import { keyOf, type Loose, operationId, type PageContext, textOf, tokenScheme } from "./page-context.ts";
import type { Words } from "./words.ts";

/** All that a document says of one operation. */
export function operationPart(
  context: PageContext,
  placed: PlacedOperation,
  documented: DocumentedOperation,
): OperationPart {
  const { login, notes, words } = context;
  const { method, path, operation } = placed;
  const id = operationId(context, placed);
  const title = operation.summary ?? `${method.toUpperCase()} ${path}`;
  const isFirst = keyOf(login.operation) === keyOf(placed);
  const marks = notes.mark(operation, title);
  const security = securityOf(context, placed);
  const parameters = placed.parameters.map(({ node }) => parameterOf(context, id, node));
  const body = bodyOf(context, id, placed);
  const parts = new SchemaParts(context, id);
  const replies = [...placed.responses].map(([status, { node }]) => replyPart(context, id, status, node, parts));
  const success = documented.replies.find(({ example }) => example["x-outcome"] === "success");
  return {
    id,
    operationId: operationName(placed),
    method: method.toUpperCase(),
    path,
    summary: title,
    description: operation.description ?? "",
    marks,
    security,
    parameters,
    ...(body && { body }),
    replies,
    parts: parts.all,
    scenarios: documented.replies.map((reply) => scenarioOf(context, id, documented, reply, reply === success, words)),
    isFirst,
  };
}

/** What an operation demands beside the token: the token is said where it belongs. */
function securityOf(context: PageContext, { operation }: PlacedOperation): SecurityPart[] {
  const { document, notes } = context;
  const token = tokenScheme(context).name;
  return (operation.security ?? document.security ?? []).map((requirement) => ({
    schemes: Object.keys(requirement).map((name) => {
      const node = resolve<Loose>(document, (document.components?.securitySchemes?.[name] ?? {}) as Loose);
      if (name === token) return { name, description: "", facts: [], marks: [] };
      return {
        name,
        description: textOf(node.description),
        facts: factsOf(node, ["x-examples"]),
        marks: notes.mark(node, name),
      };
    }),
  }));
}

function parameterOf(context: PageContext, id: string, parameter: Parameter): OperationPart["parameters"][number] {
  const { document, ids, notes, words } = context;
  const { name, in: place, description = "", required = false, schema = {}, ...rest } = parameter;
  const described = resolve<Loose>(document, schema as Loose);
  const own: Member = {
    id: ids.take(`${id}.${name}`),
    name,
    required,
    facts: [...factsOf(described), ...factsOf(rest as Loose, ["examples"])],
    description: [description, textOf(described.description)].filter((text) => text !== "").join("\n\n"),
    marks: [...notes.mark(parameter, `${words.places[place]} ${name}`), ...notes.mark(described, name)],
  };
  return { ...own, place };
}

function bodyOf(context: PageContext, id: string, { body }: PlacedOperation): OperationPart["body"] {
  if (!body) return undefined;
  const { description = "", required = false, content } = body.node;
  const marks = context.notes.mark(body.node, context.words.place.requestBody);
  const parts = new SchemaParts(context, id);
  for (const { schema } of Object.values(content)) {
    if (schema !== undefined) parts.add(schema, "request");
  }
  return { required, mediaTypes: Object.keys(content), description, marks, parts: parts.all };
}

function replyPart(
  context: PageContext,
  id: string,
  status: string,
  response: Response,
  parts: SchemaParts,
): ReplyPart {
  const { document, ids, notes, words } = context;
  const { description, content = {}, headers = {} } = response;
  const place = ids.take(`${id}.${status}`);
  return {
    id: place,
    status,
    description,
    marks: notes.mark(response, `${words.place.response} ${status}`),
    mediaTypes: Object.keys(content),
    schemas: Object.values(content).flatMap(({ schema }: MediaType) => {
      if (schema === undefined) return [];
      const part = parts.add(schema, status);
      return [{ name: part.name, id: part.id }];
    }),
    headers: Object.entries(headers).map(([name, reference]) =>
      headerMember(context, place, name, resolve(document, reference)),
    ),
  };
}

function headerMember(context: PageContext, prefix: string, name: string, header: Header): Member {
  const { description = "", schema = {}, ...rest } = header as Header & Loose;
  const [row] = membersOf(context, schema, { name, prefix, passed: [] });
  const { required } = rest as { required?: boolean };
  return {
    id: row?.id ?? prefix,
    name,
    ...(required !== undefined && { required }),
    facts: [...(row?.facts ?? []), ...factsOf(rest, ["examples", "required"])],
    description: [description, row?.description ?? ""].filter((text) => text !== "").join("\n\n"),
    marks: [...context.notes.mark(header, name), ...(row?.marks ?? [])],
  };
}

function scenarioOf(
  context: PageContext,
  operationId: string,
  documented: DocumentedOperation,
  reply: Reply,
  isFirst: boolean,
  words: Words,
): Scenario {
  const { ids, notes, baseUrl } = context;
  const own = documented.requests.find(({ name }) => name === reply.name);
  const examples = [...(own?.body ? [own.body] : []), ...(own?.parameters ?? [])].map(
    ({ example }) => example as Loose & typeof example,
  );
  const example = reply.example as Loose & Reply["example"];
  const place = `${words.place.scenario} ${reply.name}`;
  const request = wireRequest(documented, reply);
  const texts = (key: "summary" | "description") =>
    examples
      .map((each) => textOf(each[key]))
      .filter((text) => text !== "")
      .join(" ");
  return {
    id: ids.take(`${operationId}.${reply.name}`),
    name: reply.name,
    outcome: example["x-outcome"] ?? "",
    summary: example.summary ?? "",
    description: textOf(example.description),
    marks: [...notes.mark(example, place), ...examples.flatMap((each) => notes.mark(each, place))],
    requestSummary: texts("summary"),
    requestDescription: texts("description"),
    invalid: examples.flatMap((each) => each["x-invalid"] ?? []),
    replyOnly: !own,
    request,
    requestText: requestText(request, documented),
    status: reply.status,
    replyHeaders: reply.headers,
    mediaType: reply.mediaType,
    replyText: bodyAsRead(reply.mediaType ?? "", example.value),
    curl: curlLine(documented, reply, baseUrl),
    isFirst,
  };
}

/** Without the media type, where there is but one. */
function requestText(
  { method, path, headers, body }: Scenario["request"],
  { mediaTypes }: DocumentedOperation,
): string {
  const lines = Object.entries(headers)
    .filter(([name]) => name !== "Content-Type" || mediaTypes.length > 1)
    .map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path}`, ...lines, ...(body === undefined ? [] : [prettyJson(body)])].join("\n");
}

function bodyAsRead(mediaType: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" && !isJson(mediaType) ? value : prettyJson(JSON.stringify(value));
}

/** How much of JSON stands on one line. */
const lineLength = 56;

/** JSON in lines that can be read; any other text as it is. */
function prettyJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const line = JSON.stringify(value);
    return line.length <= lineLength ? line : JSON.stringify(value, undefined, 2);
  } catch {
    return text;
  }
}
