import { isDeepStrictEqual } from "node:util";
import { refusalReasons } from "../outcome.ts";
import {
  type Example,
  type MediaType,
  nodesOf,
  type OpenApiDocument,
  type Place,
  type Placed,
  resolve,
} from "./document.ts";
import { exampleValidator } from "./example-validator.ts";
import { loginFacts, loginFactsOf } from "./login-facts.ts";
import { operationsOf, type PlacedOperation } from "./operations.ts";
import { readOperations, type ScenarioRequest } from "./scenarios.ts";

/** What is wrong with a document, and where. */
export interface Problem {
  at: Place;
  message: string;
}

type Rule = (document: OpenApiDocument) => Iterable<Problem>;

const outcomes: readonly unknown[] = ["success", ...refusalReasons];
const provenances: readonly unknown[] = ["inferred", "sibling-page", "observed"];

/** What this project asks of a document beyond Redocly's own rules; DESIGN's "The documents", made checkable. */
export const houseRules: Record<string, Rule> = {
  "self-contained": function* (document) {
    for (const { at, node } of nodesOf(document)) {
      if (typeof node.$ref === "string" && !node.$ref.startsWith("#/"))
        yield { at: [...at, "$ref"], message: "A document is self-contained: refer to its own components only." };
    }
  },

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

  "login-facts": function* (document) {
    const facts: Record<string, unknown> = loginFactsOf(document);
    const unsaid = loginFacts.filter((fact) => typeof facts[fact] !== "string" || facts[fact].trim() === "");
    if (unsaid.length > 0)
      yield { at: ["info"], message: `info.x-login says, a sentence for each: ${unsaid.join(", ")}.` };
  },

  "plain-schemas": function* (document) {
    for (const { at, node } of nodesOf(document)) {
      if ("allOf" in node)
        yield { at: [...at, "allOf"], message: "No `allOf`: examples are not fully checked under it." };
      if ("const" in node && !("type" in node) && at.at(-1) !== "not")
        yield { at: [...at, "const"], message: "`type` stands beside every `const`." };
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

  outcome: function* (document) {
    for (const { at, outcome } of operationsOf(document).flatMap((operation) => placedReplies(document, operation))) {
      if (!outcomes.includes(outcome))
        yield { at, message: `A response example has an x-outcome, one of: ${outcomes.join(", ")}.` };
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
  },

  "distinct-scenarios": function* (document) {
    for (const { at, requests } of placedScenarios(document)) {
      for (const [index, request] of requests.entries()) {
        const twin = requests.slice(0, index).find((other) => isDeepStrictEqual(sent(other), sent(request)));
        if (twin) yield { at, message: `The scenarios ${twin.name} and ${request.name} have the same request.` };
      }
    }
  },

  "example-validity": function* (document) {
    const validate = exampleValidator(document);
    const examples = operationsOf(document).flatMap((operation) => [
      ...operation.parameters.flatMap(({ at, node }) => placedExamples(document, at, node)),
      ...responseExamples(document, operation),
      ...bodyExamples(document, operation).map(({ example, ...rest }) => ({ ...rest, example: parsed(example) })),
    ]);
    for (const { at, schema, example } of examples) {
      const errors = validate(schema, example.value);
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

function sent({ parameters, body }: ScenarioRequest) {
  return [
    parameters.map(({ parameter, example }) => [parameter.in, parameter.name, example.value]),
    body?.example.value,
  ];
}

function placedScenarios(document: OpenApiDocument) {
  const places = operationsOf(document).map(({ at }) => at);
  return readOperations([{ name: "", document }]).map(({ requests, replies }, index) => ({
    at: places[index] ?? [],
    requests,
    replies,
  }));
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

function responseExamples(document: OpenApiDocument, { responses }: PlacedOperation): PlacedExample[] {
  return [...responses.values()].flatMap((response) => contentExamples(document, response));
}

function bodyExamples(document: OpenApiDocument, { body }: PlacedOperation): PlacedExample[] {
  return body ? contentExamples(document, body) : [];
}

/** What an operation is documented to answer: its response examples, and its responses without content that have a scenario. */
function placedReplies(document: OpenApiDocument, { responses }: PlacedOperation) {
  return [...responses.values()].flatMap((response) => {
    const { "x-scenario": scenario, "x-outcome": outcome } = response.node;
    const examples = contentExamples(document, response);
    const ofContent = examples.map(({ at, name, example }) => ({ at, name, outcome: example["x-outcome"] }));
    return scenario === undefined ? ofContent : [...ofContent, { at: response.at, name: scenario, outcome }];
  });
}
