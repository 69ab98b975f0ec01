import {
  type ApiDocument,
  type Example,
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Parameter,
  type Response,
  resolve,
} from "./document.ts";

/** One response example of an operation: what the mock can answer. */
export interface Reply {
  /** The example's name. A request example of the same name is what causes it. */
  name: string;
  /** The HTTP status that the example stands under. */
  status: number;
  /** The response's headers that have an example. */
  headers: Record<string, string>;
  mediaType: string;
  example: Example;
}

/** What is sent in a scenario: the request examples of its name. A parameter without one is absent. */
export interface ScenarioRequest {
  name: string;
  parameters: { parameter: Parameter; example: Example }[];
  body?: { mediaType: string; schema: unknown; example: Example };
}

/** One operation of one document, with all that it is documented to answer. */
export interface MockedOperation {
  api: string;
  method: string;
  path: string;
  operation: Operation;
  /** Resolved, in the document's order. */
  parameters: Parameter[];
  /** The media types that a body may have; none if the operation takes no body. */
  mediaTypes: string[];
  /** In the documents' order, by name. A reply whose name has no request here is reply-only. */
  requests: ScenarioRequest[];
  replies: Reply[];
}

/** Reads every operation of the documents and the response examples of each, in the documents' order. */
export function readOperations(documents: ApiDocument[]): MockedOperation[] {
  return documents.flatMap(({ name: api, document }) =>
    operationsOf(document).map(({ method, path, operation }) => ({
      api,
      method,
      path,
      operation,
      parameters: readParameters(document, operation),
      mediaTypes: Object.keys(resolve(document, operation.requestBody)?.content ?? {}),
      requests: readRequests(document, operation),
      replies: readReplies(document, operation),
    })),
  );
}

function readRequests(document: OpenApiDocument, operation: Operation): ScenarioRequest[] {
  const requests = new Map<string, ScenarioRequest>();
  const named = (name: string) => {
    const request = requests.get(name) ?? { name, parameters: [] };
    requests.set(name, request);
    return request;
  };
  for (const [mediaType, { schema, examples }] of Object.entries(
    resolve(document, operation.requestBody)?.content ?? {},
  )) {
    for (const [name, example] of Object.entries(examples ?? {}))
      named(name).body = { mediaType, schema, example: resolve(document, example) };
  }
  for (const parameter of readParameters(document, operation)) {
    for (const [name, example] of Object.entries(parameter.examples ?? {}))
      named(name).parameters.push({ parameter, example: resolve(document, example) });
  }
  return [...requests.values()];
}

function readParameters(document: OpenApiDocument, operation: Operation): Parameter[] {
  return (operation.parameters ?? []).map((reference) => resolve(document, reference));
}

function readReplies(document: OpenApiDocument, operation: Operation): Reply[] {
  // `default` and the like name no status that could be answered.
  const statuses = Object.entries(operation.responses).filter(([status]) => /^\d{3}$/.test(status));
  return statuses.flatMap(([status, reference]) => {
    const { headers, content } = resolve(document, reference);
    return Object.entries(content ?? {}).flatMap(([mediaType, { examples }]) =>
      Object.entries(examples ?? {}).map(([name, example]) => ({
        name,
        status: Number(status),
        headers: readHeaders(document, headers),
        mediaType,
        example: resolve(document, example),
      })),
    );
  });
}

function readHeaders(document: OpenApiDocument, headers: Response["headers"] = {}): Record<string, string> {
  const values = Object.entries(headers).flatMap(([name, reference]) => {
    const { example, examples } = resolve(document, reference);
    const [first] = Object.values(examples ?? {}).map((named) => resolve(document, named).value);
    const value = example ?? first;
    return value === undefined ? [] : [[name, String(value)]];
  });
  return Object.fromEntries(values);
}

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** Path and query with every parameter put in, percent-encoded. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/**
 * The request that makes the mock answer with `reply`: that of the scenario of its name, or, if the reply is
 * reply-only, that of `success` with a `Prefer` header that chooses it.
 */
export function wireRequest(operation: MockedOperation, reply: Reply): WireRequest {
  const own = operation.requests.find(({ name }) => name === reply.name);
  const scenario = own ?? operation.requests.find(({ name }) => name === "success");
  const request: WireRequest = { method: operation.method.toUpperCase(), path: operation.path, headers: {} };
  const query = new URLSearchParams();
  for (const { parameter, example } of scenario?.parameters ?? []) {
    const value = String(example.value);
    if (parameter.in === "path") request.path = request.path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    if (parameter.in === "query") query.append(parameter.name, value);
    if (parameter.in === "header") request.headers[parameter.name] = value;
  }
  if (query.size > 0) request.path += `?${query}`;
  if (scenario?.body) {
    request.headers["Content-Type"] = scenario.body.mediaType;
    request.body = bodyText(scenario.body.example);
  }
  if (!own) request.headers.Prefer = `code=${reply.status}, example=${reply.name}`;
  return request;
}

/** What is sent for a body example: a string is the text itself, so that it can be no JSON at all. */
export function bodyText({ value }: Example): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
