import {
  type ApiDocument,
  type Example,
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Parameter,
  resolve,
} from "./document.ts";

/** One response example of an operation: what the mock can answer. */
export interface Reply {
  /** The example's name. A request example of the same name is what causes it. */
  name: string;
  /** The HTTP status that the example stands under. */
  status: number;
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
  for (const parameter of (operation.parameters ?? []).map((reference) => resolve(document, reference))) {
    for (const [name, example] of Object.entries(parameter.examples ?? {}))
      named(name).parameters.push({ parameter, example: resolve(document, example) });
  }
  return [...requests.values()];
}

function readReplies(document: OpenApiDocument, operation: Operation): Reply[] {
  return Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.entries(resolve(document, response).content ?? {}).flatMap(([mediaType, { examples }]) =>
      Object.entries(examples ?? {}).map(([name, example]) => ({
        name,
        status: Number(status),
        mediaType,
        example: resolve(document, example),
      })),
    ),
  );
}
