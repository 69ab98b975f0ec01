import { isDeepStrictEqual } from "node:util";
import { refusalReasons } from "../login/outcome.ts";
import { memberAt } from "../login/place.ts";
import {
  type Example,
  type Header,
  isReference,
  locate,
  type MediaType,
  nodesOf,
  type OpenApiDocument,
  type Place,
  type Placed,
  type Problem,
  type Response,
  type Rule,
  resolve,
} from "./document.ts";
import { type ExampleValidator, exampleValidator, UnusableSchema } from "./example-validator.ts";
import type { RequestPlace } from "./expressions.ts";
import { endWarnings, loginProblems, loginWarnings, soundLogin } from "./login-rules.ts";
import { operationsOf, type PlacedOperation } from "./operations.ts";
import { repliesOf, requestsOf, type ScenarioRequest } from "./scenarios.ts";
import { verificationProblems } from "./verification-rules.ts";

const outcomes: readonly unknown[] = ["success", ...refusalReasons];
const provenances: readonly unknown[] = ["inferred", "sibling-page", "observed"];

/** What this project asks of a document beyond Redocly's own rules; DESIGN's "The documents", made checkable. */
export const houseRules: Record<string, Rule> = {
  login: loginProblems,

  "complete-operation": function* (document) {
    for (const { at, operation, responses } of operationsOf(document)) {
      for (const key of ["summary", "operationId"] as const) {
        if (!operation[key])
          yield { at, message: `An operation has ${key === "summary" ? "a summary" : "an operationId"}.` };
      }
      const fallback = responses.get("default");
      if (!fallback) {
        yield {
          at: [...at, "responses"],
          message: "An operation has a `default` response, for what the source does not describe.",
        };
        continue;
      }
      const contents = Object.values(fallback.node.content ?? {});
      if (contents.length === 0 || contents.some(({ schema }) => schema === undefined))
        yield { at: fallback.at, message: "The `default` response has a schema." };
      if (contents.some((content) => content.examples || "example" in content))
        yield { at: fallback.at, message: "The `default` response has no example: nothing is known of it." };
    }
  },

  described: function* (document) {
    for (const { parameters } of operationsOf(document)) {
      for (const { at, node } of parameters) {
        if (!node.description) yield { at, message: `The parameter ${node.name} has no description.` };
      }
    }
    for (const { at, node } of nodesOf(document)) {
      if (at.at(-2) === "properties" && !(resolve(document, node) as { description?: string }).description)
        yield { at, message: `The property ${at.at(-1)} has no description.` };
    }
  },

  "plain-schemas": function* (document) {
    for (const { at, node } of nodesOf(document)) {
      if ("allOf" in node)
        yield { at: [...at, "allOf"], message: "No `allOf`: examples are not fully checked under it." };
      if ("const" in node && !("type" in node) && at.at(-1) !== "not")
        yield { at: [...at, "const"], message: "`type` stands beside every `const`." };
    }
  },

  schemas: function* (document) {
    const validate = exampleValidator(document);
    for (const { at, node } of placedSchemas(document)) {
      try {
        validate(node, null);
      } catch (error) {
        if (!(error instanceof UnusableSchema)) throw error;
        yield { at, message: `No value can be judged by this schema: ${error.message}.` };
      }
    }
  },

  "any-of": function* (document) {
    for (const { responses } of operationsOf(document)) {
      for (const { at, node } of [...responses.values()].flatMap(contentSchemas)) {
        const schema = locate(document, node as object, at);
        if ("oneOf" in schema.node)
          yield {
            at: [...schema.at, "oneOf"],
            message: "A reply that is a success or a refusal is `anyOf` the two, in a schema that has a name.",
          };
      }
    }
  },

  provenance: function* (document) {
    for (const { at, node } of nodesOf(document)) {
      // The entries of a list are nodes of their own.
      const list = node["x-provenance"];
      const messages = Array.isArray(list) ? listProblems(list, node) : provenanceProblems(node);
      for (const message of messages) yield { at: [...at, "x-provenance"], message };
    }
  },

  verification: verificationProblems,

  outcome: function* (document) {
    for (const { at, outcome } of operationsOf(document).flatMap((operation) => placedReplies(document, operation))) {
      if (!outcomes.includes(outcome))
        yield { at, message: `A response example has an x-outcome, one of: ${outcomes.join(", ")}.` };
    }
  },

  "bodiless-reply": function* (document) {
    for (const [status, { at, node }] of operationsOf(document).flatMap(({ responses }) => [...responses])) {
      if (node["x-scenario"] === undefined) continue;
      if (Object.keys(node.content ?? {}).length > 0)
        yield { at: [...at, "x-scenario"], message: "x-scenario names a reply without content; examples have names." };
      if (!/^\d{3}$/.test(status))
        yield { at: [...at, "x-scenario"], message: "x-scenario stands under an exact status, which can be answered." };
    }
  },

  "success-first": function* (document) {
    for (const operation of operationsOf(document)) {
      const [first] = placedReplies(document, operation);
      if (first?.name !== "success" || first.outcome !== "success")
        yield {
          at: [...operation.at, "responses"],
          message: "The first response example is `success`, with that x-outcome.",
        };
    }
  },

  "unique-reply": function* (document) {
    for (const operation of operationsOf(document)) {
      const seen = new Set<string>();
      for (const { at, name } of placedReplies(document, operation)) {
        if (seen.has(name))
          yield { at, message: `The name ${name} stands once among an operation's response examples.` };
        seen.add(name);
      }
    }
  },

  "answered-scenario": function* (document) {
    for (const { at, requests, replies } of placedScenarios(document)) {
      for (const { name } of requests) {
        if (!replies.some((reply) => reply.name === name))
          yield { at, message: `The request example ${name} has no response example of its name.` };
      }
    }
    for (const { responses } of operationsOf(document)) {
      for (const response of responses.values()) {
        const names = repliesUnder(document, response).map(({ name }) => name);
        for (const { at, name } of headerExamples(document, response)) {
          if (!names.includes(name))
            yield { at, message: `The header's example ${name} has no response example of its name beside it.` };
        }
      }
    }
  },

  "basic-example": function* (document) {
    for (const { at, node } of nodesOf(document)) {
      const isNamed = at.length === 5 && at[1] === "securitySchemes" && at[3] === "x-examples";
      if (!isNamed || isReference(node)) continue;
      const { username, password } = Object(node.value) as { username?: unknown; password?: unknown };
      const isComplete = typeof username === "string" && typeof password === "string";
      if (!isComplete || username.includes(":"))
        yield {
          at,
          message: "An example of HTTP Basic has the value { username, password }: texts, the first without a colon.",
        };
    }
  },

  "distinct-scenarios": function* (document) {
    for (const { at, requests } of placedScenarios(document)) {
      for (const [index, request] of requests.entries()) {
        const twin = requests.slice(0, index).find((other) => isDeepStrictEqual(sent(other), sent(request)));
        if (twin) yield { at, message: `The scenarios ${twin.name} and ${request.name} have the same request.` };
      }
    }
  },

  "known-path": function* (document) {
    for (const { at, requests } of placedScenarios(document)) {
      for (const request of requests) {
        const other = requests.find((each) => each !== request && onlyItsPathIsKnown(request, each));
        if (other)
          yield {
            at,
            message: `The scenario ${other.name} differs from ${request.name} in the path alone, of which ${request.name} has no example: give it one.`,
          };
      }
    }
  },

  "wrong-password": function* (document) {
    const login = soundLogin(document);
    if (!login) return;
    const secrets = login.credentials.filter(({ secret }) => secret);
    const requests = requestsOf(document, login.operation);
    const wrong = requests.find(({ name }) => name === "wrongPassword");
    if (!wrong || secrets.length === 0) return;
    const passwordsOf = (request: ScenarioRequest) => secrets.map(({ place }) => valueAt(request, place));
    for (const request of requests) {
      // Of two that are the same in all, `distinct-scenarios` says so.
      const isOther = !isDeepStrictEqual(sent(request), sent(wrong)) && isComplete(login.operation, request);
      if (isOther && isDeepStrictEqual(passwordsOf(request), passwordsOf(wrong)))
        yield {
          at: login.operation.at,
          message: `The scenario ${request.name} has the password of wrongPassword, which is wrong whoever sends it: give it another.`,
        };
    }
  },

  "example-validity": function* (document) {
    const validate = exampleValidator(document);
    const examples = operationsOf(document).flatMap((operation) => [
      ...operation.parameters.flatMap(({ at, node }) => placedExamples(document, at, node)),
      ...[...operation.responses.values()].flatMap((response) => [
        ...headerExamples(document, response),
        ...contentExamples(document, response),
      ]),
      ...bodyExamples(document, operation).map(({ example, ...rest }) => ({ ...rest, example: parsed(example) })),
    ]);
    for (const { at, schema, example } of examples) {
      if (!("value" in example)) continue;
      const judged = judge(validate, schema, example.value);
      if (!judged) continue;
      const { errors } = judged;
      const invalid = example["x-invalid"];
      if (errors !== undefined && invalid === undefined)
        yield {
          at,
          message: `The example breaks its schema: ${errors}. Mend it, or say with x-invalid what is wrong on purpose.`,
        };
      if (errors === undefined && invalid !== undefined)
        yield { at, message: "The example is marked x-invalid, yet nothing is wrong with it." };
    }
  },
};

/** What a document may leave unsaid, and its readers had better know. */
export const houseWarnings: Record<string, Rule> = { "login-token": loginWarnings };

/**
 * What everybody's document keeps to beside `limits`: without it the code, the mock or the docs that are made of it would
 * be wrong, or `verify` would not take it. The other house rules are this project's taste, and nobody else's.
 */
export const documentRules: Record<string, Rule> = {
  ...rulesNamed("login", "provenance", "bodiless-reply", "basic-example", "wrong-password"),
  verification: (document) => ("x-verify" in document ? verificationProblems(document) : []),
};

/** What the reader of anybody's document had better know. */
export const documentWarnings: Record<string, Rule> = {
  ...houseWarnings,
  "readable-end": endWarnings,
  scenarios: scenarioWarnings,
  ...rulesNamed("schemas", "example-validity"),
};

function rulesNamed(...names: (keyof typeof houseRules)[]): Record<string, Rule> {
  return Object.fromEntries(Object.entries(houseRules).filter(([name]) => names.includes(name)));
}

/** Says what a mock of the login could not answer. */
function* scenarioWarnings(document: OpenApiDocument): Iterable<Problem> {
  const login = soundLogin(document);
  if (!login) return;
  const replies = placedReplies(document, login.operation).map(({ name }) => name);
  const at = [...login.operation.at, "responses"];
  const missing = ["success", "wrongPassword"].filter((name) => !replies.includes(name));
  if (missing.length > 0)
    yield {
      at,
      message: `No response example is called ${missing.join(", or ")}, so that a mock cannot answer so: name one, and a request example like it.`,
      example: `examples:\n  ${missing[0]}:\n    value: { … }`,
    };
  if (replies.includes("wrongPassword")) yield* wrongPasswordWarnings(document, login.operation);
}

/** Says why a mock would refuse nobody: only a request that is valid by the document tells it which password is wrong. */
function* wrongPasswordWarnings(document: OpenApiDocument, operation: PlacedOperation): Iterable<Problem> {
  const requests = requestsOf(document, operation);
  const wrong = requests.find(({ name }) => name === "wrongPassword");
  const consequence = "so that a mock refuses no password";
  if (!wrong) {
    yield { at: operation.at, message: `No request example is called wrongPassword, ${consequence}: add one.` };
    return;
  }
  for (const { at, node } of operation.parameters) {
    const isSaid = node.in === "path" || wrong.parameters.some(({ parameter }) => parameter === node);
    if (node.required && !isSaid)
      yield {
        at,
        message: `The parameter ${node.name} is required, and has no example called wrongPassword, ${consequence}: add one.`,
        example: "examples:\n  wrongPassword:\n    value: …",
      };
  }
}

function* listProblems(list: unknown[], holder: Record<string, unknown>): Iterable<string> {
  const areEntries = list.every((entry) => typeof entry === "object" && entry !== null && "x-provenance" in entry);
  if (list.length < 2 || !areEntries)
    yield "A list of x-provenance has two entries or more, each with an x-provenance.";
  if ("x-provenance-reason" in holder) yield "A list of x-provenance has its reasons in its entries.";
}

/** What is wrong with an entry: an object's own `x-provenance`, or one of the list that it has there. */
function* provenanceProblems(entry: Record<string, unknown>): Iterable<string> {
  const { "x-provenance": provenance, "x-provenance-reason": reason, "x-observed": observed } = entry;
  const isDate = typeof observed === "string" && /^\d{4}-\d\d-\d\d$/.test(observed);
  const hasReason = typeof reason === "string" && reason.trim() !== "";
  if (provenance === undefined && reason !== undefined) yield "An x-provenance-reason has an x-provenance beside it.";
  if (provenance !== undefined && !provenances.includes(provenance))
    yield `x-provenance is one of: ${provenances.join(", ")}; or a list of entries.`;
  if (provenance !== undefined && !hasReason) yield "An x-provenance has an x-provenance-reason beside it.";
  if (provenance === "observed" && !isDate)
    yield "What was observed has its date beside it: x-observed, as YYYY-MM-DD.";
  if (provenance !== "observed" && observed !== undefined) yield "x-observed stands beside `x-provenance: observed`.";
}

/** A body that stands as text is sent as it is: it is what its JSON says, or no JSON at all. */
function parsed(example: Example): Example {
  if (typeof example.value !== "string") return example;
  try {
    return { ...example, value: JSON.parse(example.value) };
  } catch {
    return { ...example, value: undefined };
  }
}

function sent({ parameters, body, basic }: ScenarioRequest) {
  return [
    parameters.map(({ parameter, example }) => [parameter.in, parameter.name, example.value]),
    body?.example.value,
    basic?.value,
  ];
}

/** Whether a scenario says more of the path than another, and nothing else that tells them apart. */
function onlyItsPathIsKnown(request: ScenarioRequest, other: ScenarioRequest): boolean {
  const partsOf = ({ parameters }: ScenarioRequest) => parameters.filter(({ parameter }) => parameter.in === "path");
  const own = partsOf(request).map(({ parameter }) => parameter);
  const known = partsOf(other).map(({ parameter }) => parameter);
  const isOpen = known.some((parameter) => !own.includes(parameter));
  const shared = (each: ScenarioRequest) => ({
    ...each,
    parameters: each.parameters.filter(
      ({ parameter }) => parameter.in !== "path" || (own.includes(parameter) && known.includes(parameter)),
    ),
  });
  return isOpen && isDeepStrictEqual(sent(shared(request)), sent(shared(other)));
}

/** What a scenario sends at a place. */
function valueAt({ parameters, body, basic }: ScenarioRequest, place: RequestPlace): unknown {
  if (place.in === "body") return memberAt(body?.example.value, place.pointer);
  if (place.in === "basic") return memberAt(basic?.value, `/${place.name}`);
  if (place.in === "security") return undefined;
  return parameters.find(({ parameter }) => parameter.in === place.in && parameter.name === place.name)?.example.value;
}

/** Whether a scenario's request lacks nothing that is required, and is not invalid on purpose. */
function isComplete({ parameters }: PlacedOperation, request: ScenarioRequest): boolean {
  const examples = [
    ...request.parameters.map(({ example }) => example),
    ...(request.body ? [request.body.example] : []),
  ];
  if (examples.some((example) => example["x-invalid"] !== undefined)) return false;
  return parameters.every(
    ({ node }) => !node.required || request.parameters.some(({ parameter }) => parameter.name === node.name),
  );
}

function placedScenarios(document: OpenApiDocument) {
  return operationsOf(document).map((placed) => {
    const requests = requestsOf(document, placed);
    const replies = repliesOf(document, placed);
    return { at: placed.at, requests, replies };
  });
}

interface PlacedExample {
  at: Place;
  name: string;
  schema: unknown;
  example: Example;
}

function placedExamples(document: OpenApiDocument, at: Place, holder: MediaType): PlacedExample[] {
  return Object.entries(holder.examples ?? {}).map(([name, example]) => ({
    at: [...at, "examples", name],
    name,
    schema: holder.schema,
    example: resolve<Example>(document, example),
  }));
}

function contentExamples(document: OpenApiDocument, { at, node }: Placed<{ content?: Record<string, MediaType> }>) {
  return Object.entries(node.content ?? {}).flatMap(([mediaType, holder]) =>
    placedExamples(document, [...at, "content", mediaType], holder),
  );
}

function headerExamples(document: OpenApiDocument, { at, node }: Placed<Response>): PlacedExample[] {
  return Object.entries(node.headers ?? {}).flatMap(([name, reference]) => {
    const header = locate<Header>(document, reference, [...at, "headers", name]);
    return placedExamples(document, header.at, header.node);
  });
}

function bodyExamples(document: OpenApiDocument, { body }: PlacedOperation): PlacedExample[] {
  return body ? contentExamples(document, body) : [];
}

/** What an operation is documented to answer, in the document's order. */
function placedReplies(document: OpenApiDocument, { responses }: PlacedOperation) {
  return [...responses.values()].flatMap((response) => repliesUnder(document, response));
}

/** A response's examples, or the response itself if it has no content and a scenario. */
function repliesUnder(document: OpenApiDocument, response: Placed<Response>) {
  const { "x-scenario": scenario, "x-outcome": outcome, content = {} } = response.node;
  if (Object.keys(content).length === 0)
    return scenario === undefined ? [] : [{ at: response.at, name: scenario, outcome }];
  const examples = contentExamples(document, response);
  return examples.map(({ at, name, example }) => ({ at, name, outcome: example["x-outcome"] }));
}

/** The schemas of the components, and those that operations have in place. */
function placedSchemas(document: OpenApiDocument): Placed<unknown>[] {
  const named = Object.entries(document.components?.schemas ?? {}).map(([name, node]) => ({
    at: ["components", "schemas", name],
    node,
  }));
  const inPlace = operationsOf(document).flatMap(({ parameters, body, responses }) => [
    ...parameters.flatMap(ownSchema),
    ...(body ? contentSchemas(body) : []),
    ...[...responses.values()].flatMap(contentSchemas),
  ]);
  // A reference leads to a named one.
  return [...named, ...inPlace.filter(({ node }) => !isReference(node))];
}

function contentSchemas({ at, node }: Placed<{ content?: Record<string, MediaType> }>): Placed<unknown>[] {
  return Object.entries(node.content ?? {}).flatMap(([mediaType, holder]) =>
    ownSchema({ at: [...at, "content", mediaType], node: holder }),
  );
}

function ownSchema({ at, node }: Placed<MediaType>): Placed<unknown>[] {
  return node.schema === undefined ? [] : [{ at: [...at, "schema"], node: node.schema }];
}

/** What is wrong with a value; nothing, where the rule `schemas` says that its schema is of no use. */
function judge(
  validate: ExampleValidator,
  schema: unknown,
  value: unknown,
): { errors: string | undefined } | undefined {
  try {
    return { errors: validate(schema, value) };
  } catch (error) {
    if (error instanceof UnusableSchema) return undefined;
    throw error;
  }
}
