import { isDeepStrictEqual } from "node:util";
import { type Example, type MediaType, type OpenApiDocument, operationsOf, resolve } from "../../src/mock/document.ts";
import { readOperations, type ScenarioRequest } from "../../src/mock/scenarios.ts";
import { refusalReasons } from "../../src/outcome.ts";
import { loginFacts, loginFactsOf } from "../login-facts.ts";
import { exampleValidator } from "./example-validator.ts";

export interface Problem {
  /** The keys that lead to the place, from the document's root. */
  at: (string | number)[];
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
    for (const { at, operation } of placedOperations(document)) {
      for (const key of ["summary", "operationId"] as const) {
        if (!operation[key])
          yield { at, message: `An operation has ${key === "summary" ? "a summary" : "an operationId"}.` };
      }
      const fallback = operation.responses.default;
      if (!fallback) {
        yield {
          at: [...at, "responses"],
          message: "An operation has a `default` response, for what the source does not describe.",
        };
        continue;
      }
      const contents = Object.values(resolve(document, fallback).content ?? {});
      if (contents.length === 0 || contents.some(({ schema }) => schema === undefined))
        yield { at: [...at, "responses", "default"], message: "The `default` response has a schema." };
      if (contents.some((content) => content.examples || "example" in content))
        yield {
          at: [...at, "responses", "default"],
          message: "The `default` response has no example: nothing is known of it.",
        };
    }
  },

  described: function* (document) {
    for (const { at, operation } of placedOperations(document)) {
      for (const [index, reference] of (operation.parameters ?? []).entries()) {
        const parameter = resolve(document, reference) as { name: string; description?: string };
        if (!parameter.description)
          yield { at: [...at, "parameters", index], message: `The parameter ${parameter.name} has no description.` };
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
    for (const { at, example } of placedOperations(document).flatMap((place) => responseExamples(document, place))) {
      if (!outcomes.includes(example["x-outcome"]))
        yield { at, message: `A response example has an x-outcome, one of: ${outcomes.join(", ")}.` };
    }
  },

  "success-first": function* (document) {
    for (const place of placedOperations(document)) {
      const [first] = responseExamples(document, place);
      if (first?.name !== "success" || first.example["x-outcome"] !== "success")
        yield {
          at: [...place.at, "responses"],
          message: "The first response example is `success`, with that x-outcome.",
        };
    }
  },

  "unique-reply": function* (document) {
    for (const place of placedOperations(document)) {
      const seen = new Set<string>();
      for (const { at, name } of responseExamples(document, place)) {
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
    const examples = placedOperations(document).flatMap((place) => [
      ...parameterExamples(document, place),
      ...responseExamples(document, place),
      ...bodyExamples(document, place).map(({ example, ...rest }) => ({ ...rest, example: parsed(example) })),
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

type Placed = ReturnType<typeof placedOperations>[number];

function placedOperations(document: OpenApiDocument) {
  return operationsOf(document).map(({ path, method, operation }) => ({ at: ["paths", path, method], operation }));
}

function placedScenarios(document: OpenApiDocument) {
  return readOperations([{ name: "", document }]).map(({ path, method, requests, replies }) => ({
    at: ["paths", path, method],
    requests,
    replies,
  }));
}

interface PlacedExample {
  at: Problem["at"];
  name: string;
  schema: unknown;
  example: Example;
}

function placedExamples(document: OpenApiDocument, at: Problem["at"], holder: MediaType): PlacedExample[] {
  return Object.entries(holder.examples ?? {}).map(([name, example]) => ({
    at: [...at, "examples", name],
    name,
    schema: holder.schema,
    example: resolve(document, example),
  }));
}

function contentExamples(document: OpenApiDocument, at: Problem["at"], content: Record<string, MediaType> = {}) {
  return Object.entries(content).flatMap(([mediaType, holder]) =>
    placedExamples(document, [...at, "content", mediaType], holder),
  );
}

function responseExamples(document: OpenApiDocument, { at, operation }: Placed): PlacedExample[] {
  return Object.entries(operation.responses).flatMap(([status, response]) =>
    contentExamples(document, [...at, "responses", status], resolve(document, response).content),
  );
}

function parameterExamples(document: OpenApiDocument, { at, operation }: Placed): PlacedExample[] {
  return (operation.parameters ?? []).flatMap((parameter, index) =>
    placedExamples(document, [...at, "parameters", index], resolve(document, parameter)),
  );
}

function bodyExamples(document: OpenApiDocument, { at, operation }: Placed): PlacedExample[] {
  return contentExamples(document, [...at, "requestBody"], resolve(document, operation.requestBody)?.content);
}

/** Keywords whose value is data, not part of the document's structure. */
const data = new Set(["value", "const", "enum", "default", "example"]);

/** Every object of the document's structure; what examples hold is not part of it. */
export function* nodesOf(
  node: unknown,
  at: Problem["at"] = [],
): Generator<{ at: Problem["at"]; node: Record<string, unknown> }> {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) yield { at, node: node as Record<string, unknown> };
  const names = at.at(-1) === "properties" || at.at(-1) === "responses";
  for (const [key, child] of Object.entries(node)) {
    if (names || !(data.has(key) || (key === "examples" && Array.isArray(child))))
      yield* nodesOf(child, [...at, Array.isArray(node) ? Number(key) : key]);
  }
}
