import { type Example, type OpenApiDocument, type Reference, resolve } from "../../src/openapi/document.ts";
import { operationsOf } from "../../src/openapi/operations.ts";

/** A line of TypeScript that uses what was generated, and what is wrong if it does not compile. */
export interface Use {
  line: string;
  problem: string;
}

interface Schema {
  anyOf?: (Schema | Reference)[];
  oneOf?: (Schema | Reference)[];
  properties?: Record<string, Schema | Reference>;
  const?: unknown;
}

interface Message {
  /** As a problem names it. */
  where: string;
  schema: Schema | Reference;
  examples: [name: string, value: unknown][];
}

/** What somebody who knows the document alone does with the types that were generated from it. */
export function usesOf(document: OpenApiDocument, module: string): Use[] {
  const names = Object.keys(document.components?.schemas ?? {});
  const imports = names.map((name) => ({
    line: `import type { ${name} } from ${JSON.stringify(module)};`,
    problem: `no type ${name}`,
  }));
  const messages = messagesOf(document);
  return [...imports, ...messages.flatMap(examplesOf), ...messages.flatMap((message) => narrowings(document, message))];
}

/** The unions of replies that the document has no name for, so that each tool makes up its own, or none. */
export function namelessUnions(document: OpenApiDocument): string[] {
  return messagesOf(document)
    .filter(({ schema }) => !("$ref" in schema) && alternativesOf(schema).length > 0)
    .map(({ where }) => `${where}: the union has no name`);
}

function messagesOf(document: OpenApiDocument): Message[] {
  return operationsOf(document).flatMap(({ operation, body, responses }) => {
    const { operationId } = operation;
    const replies = [...responses].map(([status, { node }]) => ({
      where: `reply ${status} of ${operationId}`,
      content: node.content,
    }));
    const places = [{ where: `request of ${operationId}`, content: body?.node.content }, ...replies];
    return places.flatMap(({ where, content = {} }) =>
      Object.values(content).map(({ schema = {}, examples = {} }) => ({
        where,
        schema: schema as Schema | Reference,
        examples: Object.entries(examples)
          .map(([name, example]) => [name, resolve<Example>(document, example)] as const)
          .filter(([, example]) => example["x-invalid"] === undefined)
          .map(([name, { value }]): [string, unknown] => [name, value]),
      })),
    );
  });
}

function examplesOf({ where, schema, examples }: Message): Use[] {
  const type = typeOf(schema);
  if (type === undefined) return [];
  return examples.map(([name, value]) => ({
    line: `(${JSON.stringify(value)}) satisfies ${type};`,
    problem: `${where}: the example ${name} does not fit its type`,
  }));
}

/** Whether `if (reply.code === 0)` leaves one member of a union, wherever the document says that it does. */
function narrowings(document: OpenApiDocument, { where, schema }: Message): Use[] {
  const union = resolve<Schema>(document, schema);
  const type = typeOf(schema);
  const alternatives = alternativesOf(union).flatMap((alternative) => {
    const name = typeOf(alternative);
    if (name === undefined) return [];
    return [{ name, properties: resolve<Schema>(document, alternative).properties ?? {} }];
  });
  if (type === undefined || alternatives.length < 2) return [];
  return alternatives.flatMap(({ name, properties }) => {
    const others = alternatives.filter((other) => other.name !== name);
    return Object.entries(properties).flatMap(([property, schema]) => {
      const { const: value } = resolve<Schema>(document, schema);
      const isOnlyHere = others.every((other) => {
        const there = other.properties[property];
        return there !== undefined && resolve<Schema>(document, there).const !== value;
      });
      if (value === undefined || !isOnlyHere) return [];
      const test = `reply[${JSON.stringify(property)}] === ${JSON.stringify(value)}`;
      return [
        {
          line: `((reply: ${type}): ${name} | undefined => (${test} ? reply : undefined)) satisfies unknown;`,
          problem: `${where}: ${property} ${JSON.stringify(value)} does not narrow to ${name}`,
        },
      ];
    });
  });
}

/** A schema as a type that has the names of the document, if it consists of named ones. */
function typeOf(schema: Schema | Reference): string | undefined {
  if ("$ref" in schema) return schema.$ref.replace("#/components/schemas/", "");
  const types = alternativesOf(schema).map(typeOf);
  if (types.length === 0 || types.includes(undefined)) return undefined;
  return types.join(" | ");
}

function alternativesOf({ anyOf = [], oneOf = [] }: Schema): (Schema | Reference)[] {
  return [...anyOf, ...oneOf];
}
