import {
  type ApiDocument,
  type Example,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type Reference,
  type Response,
  resolve,
} from "./document.ts";
import { operationsOf, type PlacedOperation } from "./operations.ts";
import { basicText, bodyText, pathText, queryText, simpleText } from "./wire.ts";

/** One reply that an operation is documented to give: a response example, or a response without content. */
export interface Reply {
  /** The scenario's name. A request example of the same name is what causes it. */
  name: string;
  /** The HTTP status that it stands under. */
  status: number;
  /** The response's headers that have an example for this scenario. */
  headers: Record<string, string>;
  /** Absent where the reply has no body. */
  mediaType?: string;
  /** Its value is the body; `undefined` where there is none. */
  example: Example;
}

/** What is sent in a scenario: the request examples of its name. A parameter without one is absent. */
export interface ScenarioRequest {
  name: string;
  parameters: { parameter: Parameter; example: Example }[];
  body?: { mediaType: string; schema: unknown; example: Example };
  /** What HTTP Basic carries: `{ username, password }`, of the scheme's own `x-examples`. */
  basic?: Example;
}

/** One operation of one document, with all that it is documented to be asked and to answer. */
export interface DocumentedOperation {
  api: string;
  method: string;
  path: string;
  operation: Operation;
  /** Resolved, the path's before the operation's own. */
  parameters: Parameter[];
  /** The media types that a body may have; none if the operation takes no body. */
  mediaTypes: string[];
  /** In the documents' order, by name. A reply whose name has no request here is reply-only. */
  requests: ScenarioRequest[];
  replies: Reply[];
}

/** Reads every operation of the documents and the scenarios of each, in the documents' order. */
export function readOperations(documents: ApiDocument[]): DocumentedOperation[] {
  return documents.flatMap((api) => operationsOf(api.document).map((placed) => documentedOperation(api, placed)));
}

function documentedOperation({ name: api, document }: ApiDocument, placed: PlacedOperation): DocumentedOperation {
  return {
    api,
    method: placed.method,
    path: placed.path,
    operation: placed.operation,
    parameters: placed.parameters.map(({ node }) => node),
    mediaTypes: Object.keys(placed.body?.node.content ?? {}),
    requests: requestsOf(document, placed),
    replies: repliesOf(document, placed),
  };
}

/** The requests that an operation documents, one for each name among its examples. */
export function requestsOf(document: OpenApiDocument, placed: PlacedOperation): ScenarioRequest[] {
  const { parameters, body } = placed;
  const requests = new Map<string, ScenarioRequest>();
  const named = (name: string) => {
    const request = requests.get(name) ?? { name, parameters: [] };
    requests.set(name, request);
    return request;
  };
  for (const [mediaType, { schema, examples = {} }] of Object.entries(body?.node.content ?? {})) {
    for (const [name, example] of Object.entries(examples))
      named(name).body = { mediaType, schema, example: resolve<Example>(document, example) };
  }
  for (const { node: parameter } of parameters) {
    for (const [name, example] of Object.entries(parameter.examples ?? {}))
      named(name).parameters.push({ parameter, example: resolve<Example>(document, example) });
  }
  // One scheme secures several operations, each with scenarios of its own.
  const answered = repliesOf(document, placed).map(({ name }) => name);
  for (const [name, example] of Object.entries(basicSchemeOf(document, placed)?.["x-examples"] ?? {}))
    if (answered.includes(name) || requests.has(name)) named(name).basic = resolve<Example>(document, example);
  // What can have one value alone has it in every scenario, said or not.
  const constants = parameters.flatMap(({ node: parameter }) => {
    const { const: value } = resolve<{ const?: unknown }>(document, Object(parameter.schema));
    const isSaid = value === undefined || !parameter.required || parameter.examples !== undefined;
    return isSaid ? [] : [{ parameter, example: { value } }];
  });
  return [...requests.values()].map((request) => ({ ...request, parameters: [...request.parameters, ...constants] }));
}

export interface BasicScheme {
  type: string;
  scheme?: string;
  "x-examples"?: Record<string, Example | Reference>;
}

/** The scheme of HTTP Basic that an operation may be secured by. */
export function basicSchemeOf(document: OpenApiDocument, { operation }: PlacedOperation): BasicScheme | undefined {
  const names = (operation.security ?? document.security ?? []).flatMap((requirement) => Object.keys(requirement));
  const schemes = names.flatMap((name) => {
    const scheme = document.components?.securitySchemes?.[name] as BasicScheme | Reference | undefined;
    return scheme ? [resolve<BasicScheme>(document, scheme)] : [];
  });
  return schemes.find(({ type, scheme }) => type === "http" && scheme?.toLowerCase() === "basic");
}

/** The replies that an operation documents, one for each example. */
export function repliesOf(document: OpenApiDocument, { responses }: PlacedOperation): Reply[] {
  return [...responses].flatMap(([status, { node: response }]) => {
    // `default` and the like name no status that could be answered.
    if (!/^\d{3}$/.test(status)) return [];
    return examplesOf(document, response).map((found) => ({
      ...found,
      status: Number(status),
      headers: headersOf(document, response, found.name),
    }));
  });
}

function examplesOf(
  document: OpenApiDocument,
  response: Response,
): { name: string; mediaType?: string; example: Example }[] {
  const contents = Object.entries(response.content ?? {});
  const { "x-scenario": scenario, "x-outcome": outcome } = response;
  if (contents.length === 0 && scenario !== undefined)
    return [{ name: scenario, example: { value: undefined, ...(outcome !== undefined && { "x-outcome": outcome }) } }];
  return contents.flatMap(([mediaType, { examples = {} }]) =>
    Object.entries(examples).map(([name, example]) => ({
      name,
      mediaType,
      example: resolve<Example>(document, example),
    })),
  );
}

/** A header's `example` is that of every scenario, one of its `examples` that of the scenario of its name. */
function headersOf(document: OpenApiDocument, { headers = {} }: Response, scenario: string): Reply["headers"] {
  const texts: Reply["headers"] = {};
  for (const [name, reference] of Object.entries(headers)) {
    const { example, examples = {}, explode = false } = resolve(document, reference);
    const named = examples[scenario];
    const value = named === undefined ? example : resolve<Example>(document, named).value;
    if (value !== undefined) texts[name] = simpleText(value, explode);
  }
  return texts;
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
 * reply-only, that of `success` with a `Prefer` header that chooses it. A path has no gaps: where the scenario has no
 * example of a parameter there, another scenario's stands.
 */
export function wireRequest(operation: DocumentedOperation, reply: Reply): WireRequest {
  const own = operation.requests.find(({ name }) => name === reply.name);
  const scenario = own ?? operation.requests.find(({ name }) => name === "success");
  const request: WireRequest = { method: operation.method.toUpperCase(), path: operation.path, headers: {} };
  const query: string[] = [];
  for (const parameter of operation.parameters) {
    const value =
      exampleOf(parameter, scenario) ?? (parameter.in === "path" ? anyExampleOf(operation, parameter) : undefined);
    if (value === undefined) continue;
    const { name, in: location, explode = false } = parameter;
    if (location === "path") request.path = request.path.replace(`{${name}}`, () => pathText(value, explode));
    if (location === "query") query.push(...queryText(parameter, value));
    if (location === "header") request.headers[name] = simpleText(value, explode);
  }
  if (query.length > 0) request.path += `?${query.join("&")}`;
  if (scenario?.basic) request.headers.Authorization = basicText(scenario.basic.value);
  if (scenario?.body && scenario.body.example.value !== undefined) {
    request.headers["Content-Type"] = scenario.body.mediaType;
    request.body = bodyText(scenario.body.mediaType, scenario.body.example.value);
  }
  if (!own) request.headers.Prefer = `code=${reply.status}, example=${headerName(reply.name)}`;
  return request;
}

function exampleOf(parameter: Parameter, scenario: ScenarioRequest | undefined): unknown {
  return scenario?.parameters.find((each) => each.parameter === parameter)?.example.value;
}

function anyExampleOf({ requests }: DocumentedOperation, parameter: Parameter): unknown {
  const values = requests.map((request) => exampleOf(parameter, request));
  return values.find((value) => value !== undefined) ?? parameter.name;
}

/** A scenario's name as a header can carry it, percent-encoded where it could not. */
export function headerName(scenario: string): string {
  return encodeURIComponent(scenario);
}
