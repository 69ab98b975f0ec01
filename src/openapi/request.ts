import type { Scalar, SchemaType } from "../login/contract.ts";
import { fits } from "../login/fits.ts";
import { keysOf } from "../login/place.ts";
import { type OpenApiDocument, type Place, pointer as pointerOf, type Report, resolve } from "./document.ts";
import { type RequestPlace, requestPlace } from "./expressions.ts";
import { isForm, isJson } from "./media-type.ts";
import type { PlacedOperation } from "./operations.ts";

/** One credential of a login: what the caller calls it, and where it goes. */
export interface Credential {
  name: string;
  /** As the document has it, such as `$request.body#/password`. */
  expression: string;
  place: RequestPlace;
  types: SchemaType[];
  /** The only values that it can have. */
  enum?: Scalar[];
  description?: string;
  required: boolean;
  /** A password: it is masked wherever a text could hold it. */
  secret: boolean;
  /** The members of the body that may be left out and that it stands within, the outermost first. */
  optionalParents: OptionalParent[];
}

/** A member of the body that may be left out. */
export interface OptionalParent {
  pointer: string;
  /** Whether it cannot be without the credential. */
  needs: boolean;
}

/** Something that is always sent. */
export interface Constant {
  place: RequestPlace;
  value: unknown;
}

/** What `x-login` and `x-refresh` say of a request. */
export interface RequestExtension {
  /** Expressions by the credentials' names. */
  credentials?: Record<string, string>;
  /** Constants by expression. */
  send?: Record<string, unknown>;
}

/** All that a request consists of. */
export interface DocumentedRequest {
  credentials: Credential[];
  constants: Constant[];
  /** Of the body, if there is one. */
  mediaType?: string;
}

/** A schema of a document, with its references followed. */
interface RequestSchema {
  type?: SchemaType | SchemaType[];
  const?: unknown;
  enum?: Scalar[];
  format?: string;
  description?: string;
  required?: string[];
  properties?: Record<string, unknown>;
  items?: unknown;
  prefixItems?: unknown[];
  anyOf?: unknown[];
  oneOf?: unknown[];
}

/** What a JSON Pointer leads to in a schema, and whether all on the way there is required. */
export interface Found {
  schema: RequestSchema;
  required: boolean;
}

/** Every part of a schema that describes what the pointer leads to, in each branch of an `anyOf` or `oneOf`. */
export function schemaAt(document: OpenApiDocument, schema: unknown, pointer: string): Found[] {
  const visit = (node: unknown, keys: string[], required: boolean, passed: unknown[] = []): Found[] => {
    if (typeof node !== "object" || node === null) return [];
    const own = resolve<RequestSchema>(document, node as RequestSchema);
    const [key, ...rest] = keys;
    if (key === undefined) return [{ schema: own, required }];
    // A branch may lead back to what it is a branch of.
    if (passed.includes(own)) return [];
    const branches = [...(own.anyOf ?? []), ...(own.oneOf ?? [])].flatMap((branch) =>
      visit(branch, keys, false, [...passed, own]),
    );
    const member = own.properties && Object.hasOwn(own.properties, key) ? own.properties[key] : undefined;
    const item = /^\d+$/.test(key) ? (own.prefixItems?.[Number(key)] ?? own.items) : undefined;
    const isRequired = item !== undefined || (own.required ?? []).includes(key);
    return [...visit(member ?? item, rest, required && isRequired), ...branches];
  };
  return visit(schema, keysOf(pointer), true);
}

/** Reads what a login or refresh sends, and says what is missing or leads nowhere. */
export function readRequest(
  document: OpenApiDocument,
  operation: PlacedOperation,
  at: Place,
  { credentials = {}, send = {} }: RequestExtension,
  report: Report,
): DocumentedRequest {
  const placed = (expression: string) => {
    const place = requestPlace(expression);
    return place ? [asDocumented(operation, place)] : [];
  };
  const named = Object.entries(credentials).flatMap(([name, expression]) =>
    placed(expression).map((place) => ({ name, expression, place })),
  );
  const sent = Object.entries(send).flatMap(([expression, value]) =>
    placed(expression).map((place) => ({ place, value, expression })),
  );
  const places = [...named, ...sent].map(({ place }) => place);
  const isTwice = (place: RequestPlace, index: number) => places.slice(0, index).some((each) => isEqual(each, place));
  for (const [index, { expression }] of [...named, ...sent].entries()) {
    const place = places[index];
    if (place && isTwice(place, index)) report(at, `Two values go to ${expression}: leave out all but one.`);
    const whole = [...named, ...sent].find((each) => place && isWithin(place, each.place));
    if (whole)
      report(at, `${expression} lies within ${whole.expression}, which has a value itself: leave out one of them.`);
  }
  const body = readBody(document, operation, places, sent, at, report);

  const found = named.flatMap(({ name, expression, place }) => {
    const described = describe(document, operation, body?.schema, place);
    if (described)
      return [
        { name, expression, place, ...described, optionalParents: optionalParents(document, body?.schema, place) },
      ];
    report(
      [...at, "credentials", name],
      `${expression} leads nowhere in the request: correct it, or describe it there.`,
    );
    return [];
  });
  for (const { place, expression, value } of sent) {
    const schemas = schemasOf(document, operation, body?.schema, place);
    const there = [...at, "send", expression];
    if (schemas.length === 0)
      report(there, `${expression} leads nowhere in the request: correct it, or describe it there.`);
    else if (!schemas.some((schema) => isAllowed(schema, value)))
      report(there, `${expression} is described otherwise: what is sent there has another type or value.`);
  }
  for (const { name, types } of found) {
    const isPlain =
      types.length > 0 && types.every((type) => ["string", "integer", "number", "boolean"].includes(type));
    if (!isPlain)
      report(
        [...at, "credentials", name],
        "A credential is a string, an integer, a number or a boolean: say so by its `type`.",
      );
  }
  const constants = [
    ...sent.map(({ place, value }) => ({ place, value })),
    ...parameterConstants(document, operation, places, report),
    ...(body ? bodyConstants(document, body.schema, places, operation.body?.at ?? [], report) : []),
  ];
  if (body) checkItems(document, body.schema, [...found, ...constants], at, report);
  if (body && isForm(body.mediaType)) checkForm([...found, ...constants], operation.body?.at ?? [], report);
  checkLists(operation, constants, report);
  return { credentials: found, constants, ...(body && { mediaType: body.mediaType }) };
}

/** Whether what goes to a place would be part of what goes to another. */
function isWithin(place: RequestPlace, other: RequestPlace): boolean {
  return place.in === "body" && other.in === "body" && place.pointer.startsWith(`${other.pointer}/`);
}

/** Says which item of a list nothing is sent for, though something is for a later one. */
function checkItems(
  document: OpenApiDocument,
  body: unknown,
  all: { place: RequestPlace }[],
  at: Place,
  report: Report,
) {
  const places = all.flatMap(({ place }) => (place.in === "body" ? [keysOf(place.pointer)] : []));
  for (const keys of places) {
    for (const [depth, key] of keys.entries()) {
      const holder = pointerOf(keys.slice(0, depth));
      const isList = schemaAt(document, body, holder).some(({ schema }) => schema.items ?? schema.prefixItems);
      if (!isList || !/^[1-9]\d*$/.test(key)) continue;
      const earlier = `${holder}/${Number(key) - 1}`;
      const isSent = places.some((each) => `${pointerOf(each)}/`.startsWith(`${earlier}/`));
      if (!isSent) report(at, `Nothing is sent at ${earlier}, yet at ${holder}/${key}: a list has no holes.`);
    }
  }
}

/** A form has no members within members. */
function checkForm(all: { place: RequestPlace; value?: unknown }[], at: Place, report: Report): void {
  for (const { place, value } of all) {
    const isWithin = place.in === "body" && keysOf(place.pointer).length > 1;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (place.in === "body" && (isWithin || isObject))
      report(at, `A form has no members within members, so that nothing can be sent at ${place.pointer}.`);
  }
}

/** A list is sent in a query, as its name once for each value; nowhere else in parameters, and in no other style. */
function checkLists({ parameters }: PlacedOperation, constants: Constant[], report: Report): void {
  for (const { place, value } of constants) {
    if (place.in === "body" || typeof value !== "object" || value === null) continue;
    const parameter = parameters.find(({ node }) => "name" in place && isNamed(node, place));
    const { style = "form", explode = style === "form" } = parameter?.node ?? {};
    const isSent = place.in === "query" && Array.isArray(value) && style === "form" && explode;
    if (!isSent)
      report(
        parameter?.at ?? [],
        "Only a list is sent as a parameter beside texts, and only in a query by `style: form` and `explode: true`.",
      );
  }
}

/** What a credential that stands in a body may be left out with. */
function optionalParents(document: OpenApiDocument, body: unknown, place: RequestPlace): OptionalParent[] {
  if (place.in !== "body") return [];
  const keys = keysOf(place.pointer);
  const isRequired = (from: number, to: number) => {
    const [holder] = schemaAt(document, body, pointerOf(keys.slice(0, from)));
    return schemaAt(document, holder?.schema, pointerOf(keys.slice(from, to)))[0]?.required === true;
  };
  const depths = keys.slice(1).map((_, index) => index + 1);
  return depths
    .filter((depth) => !isRequired(depth - 1, depth))
    .map((depth) => ({ pointer: pointerOf(keys.slice(0, depth)), needs: isRequired(depth, keys.length) }));
}

type Described = Pick<Credential, "types" | "enum" | "description" | "required" | "secret">;

function describe(
  document: OpenApiDocument,
  { parameters }: PlacedOperation,
  body: unknown,
  place: RequestPlace,
): Described | undefined {
  if (place.in === "security") return { types: ["string"], required: true, secret: true };
  if (place.in === "basic")
    return {
      types: ["string"],
      description: place.name === "username" ? "User name of HTTP Basic." : "Password of HTTP Basic.",
      required: true,
      secret: place.name === "password",
    };
  if (place.in === "body") {
    const [found] = body === undefined ? [] : schemaAt(document, body, place.pointer);
    return found && describedBy(found.schema, found.required);
  }
  const parameter = parameters.find(({ node }) => isNamed(node, place))?.node;
  if (!parameter) return undefined;
  const schema = resolve<RequestSchema>(document, (parameter.schema ?? {}) as RequestSchema);
  const { description = schema.description, required = false } = parameter;
  return { ...describedBy(schema, required), ...(description !== undefined && { description }) };
}

function describedBy(schema: RequestSchema, required: boolean): Described {
  const { type = [], const: constant, enum: several, format, description } = schema;
  const values = constant === undefined ? several : [constant as Scalar];
  // In place of null, a caller leaves a credential out.
  return {
    types: [type].flat().filter((each) => each !== "null"),
    ...(values && { enum: values.filter((each) => each !== null) }),
    ...(description !== undefined && { description }),
    required,
    secret: format === "password",
  };
}

/** The schemas that describe what stands at a place. */
function schemasOf(
  document: OpenApiDocument,
  { parameters }: PlacedOperation,
  body: unknown,
  place: RequestPlace,
): RequestSchema[] {
  if (place.in === "body")
    return body === undefined ? [] : schemaAt(document, body, place.pointer).map(({ schema }) => schema);
  const parameter = parameters.find(({ node }) => "name" in place && isNamed(node, place))?.node;
  return parameter ? [resolve<RequestSchema>(document, (parameter.schema ?? {}) as RequestSchema)] : [];
}

/** A header is called as its parameter is, whatever the case of its letters in the expression. */
function asDocumented({ parameters }: PlacedOperation, place: RequestPlace): RequestPlace {
  if (place.in !== "header") return place;
  const parameter = parameters.find(({ node }) => isNamed(node, place))?.node;
  return parameter ? { in: "header", name: parameter.name } : place;
}

/** Names of headers have no case. */
function isNamed(parameter: { in: string; name: string }, place: { in: string; name: string }): boolean {
  if (parameter.in !== place.in) return false;
  if (place.in === "header") return parameter.name.toLowerCase() === place.name.toLowerCase();
  return parameter.name === place.name;
}

/** The body's schema; where it is one of several, the one that fits what is sent. */
function readBody(
  document: OpenApiDocument,
  { body }: PlacedOperation,
  places: RequestPlace[],
  sent: Constant[],
  at: Place,
  report: Report,
): { mediaType: string; schema: unknown } | undefined {
  if (!body) return undefined;
  const isSent = body.node.required === true || places.some((place) => place.in === "body");
  if (!isSent) return undefined;
  const contents = Object.entries(body.node.content);
  const [mediaType, content] = contents.find(([type]) => isJson(type)) ?? contents.find(([type]) => isForm(type)) ?? [];
  if (mediaType === undefined || !content?.schema) {
    report([...body.at, "content"], "A login sends JSON or a form, with a schema: describe one of these.");
    return undefined;
  }
  const pointers = places.flatMap((place) => (place.in === "body" ? [place.pointer] : []));
  const fitting = branchesOf(document, content.schema).filter((branch) => {
    const isComplete = pointers.every((pointer) => schemaAt(document, branch, pointer).length > 0);
    return isComplete && sent.every((constant) => allows(document, branch, constant));
  });
  const [schema, ...others] = fitting;
  if (others.length > 0) report(at, "The body is one of several schemas: say which by a constant of it, in `send`.");
  // Where an expression leads nowhere, or a constant may not stand, that is said of it.
  const isEachThere = pointers.every((pointer) => schemaAt(document, content.schema, pointer).length > 0);
  const isEachAllowed = sent.every(({ place, value }) => {
    const found = place.in === "body" ? schemaAt(document, content.schema, place.pointer) : [];
    return found.length === 0 || found.some((each) => isAllowed(each.schema, value));
  });
  if (!schema && isEachThere && isEachAllowed)
    report(at, "The body is one of several schemas, and none of them has all that is sent.");
  return { mediaType, schema: schema ?? content.schema };
}

function branchesOf(document: OpenApiDocument, schema: unknown, passed: unknown[] = []): unknown[] {
  const own = resolve<RequestSchema>(document, schema as RequestSchema);
  // A branch may lead back to what it is a branch of.
  if (passed.includes(own)) return [];
  const branches = own.anyOf ?? own.oneOf;
  return branches ? branches.flatMap((branch) => branchesOf(document, branch, [...passed, own])) : [schema];
}

/** Whether a schema lets a constant stand where it goes. */
function allows(document: OpenApiDocument, schema: unknown, { place, value }: Constant): boolean {
  if (place.in !== "body") return true;
  return schemaAt(document, schema, place.pointer).every((found) => isAllowed(found.schema, value));
}

function isAllowed({ type, const: constant, enum: values }: RequestSchema, value: unknown): boolean {
  if (constant !== undefined) return isEqual(constant, value);
  if (values !== undefined) return values.some((each) => isEqual(each, value));
  return type === undefined || fits({ type }, value);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The constants that required parameters have; says which required one nothing is sent for. */
function parameterConstants(
  document: OpenApiDocument,
  { parameters }: PlacedOperation,
  places: RequestPlace[],
  report: Report,
): Constant[] {
  return parameters.flatMap(({ at, node }) => {
    const isSent = places.some((place) => "name" in place && isNamed(node, place));
    if (!node.required || isSent || node.in === "cookie") return [];
    const { const: value } = resolve<RequestSchema>(document, (node.schema ?? {}) as RequestSchema);
    if (value !== undefined) return [{ place: { in: node.in, name: node.name }, value }];
    report(
      at,
      `The login needs the parameter ${node.name}: make it a credential, or give it a constant in \`send\`.`,
      credentialExample(node.name, `$request.${node.in}.${node.name}`),
    );
    return [];
  });
}

/** The constants that a body requires; says which required member nothing is sent for. */
function bodyConstants(
  document: OpenApiDocument,
  schema: unknown,
  places: RequestPlace[],
  at: Place,
  report: Report,
): Constant[] {
  const pointers = places.flatMap((place) => (place.in === "body" ? [place.pointer] : []));
  const visit = (node: unknown, pointer: string, required: boolean, passed: unknown[]): Constant[] => {
    const own = resolve<RequestSchema>(document, node as RequestSchema);
    if (pointers.includes(pointer)) return [];
    if (passed.includes(own)) {
      report(at, `The body that the login needs never ends: what ${pointer} requires leads back to itself.`);
      return [];
    }
    const isTouched = pointers.some((each) => each.startsWith(`${pointer}/`));
    if (!required && !isTouched) return [];
    if (own.const !== undefined) return [{ place: { in: "body", pointer }, value: own.const }];
    const { properties = {}, required: needed = [] } = own;
    const undescribed = needed.filter((key) => !Object.hasOwn(properties, key)).map((key) => [key, {}] as const);
    const members = [...Object.entries(properties), ...undescribed].map(([key, member]) => ({
      member,
      key: key.replaceAll("~", "~0").replaceAll("/", "~1"),
      isRequired: needed.includes(key),
    }));
    const items = (own.prefixItems ?? []).map((member, index) => ({ member, key: String(index), isRequired: true }));
    const constants = [...members, ...items].flatMap(({ member, key, isRequired }) =>
      visit(member, `${pointer}/${key}`, isRequired, [...passed, own]),
    );
    // A member of which nothing is required in turn is what is missing itself.
    const isMissing = !isTouched && ![...members, ...items].some(({ isRequired }) => isRequired);
    if (isMissing && pointer !== "")
      report(
        at,
        `The login needs ${pointer} in its body: make it a credential, or give it a constant in \`send\`.`,
        credentialExample(pointer.split("/").at(-1) ?? "", `$request.body#${pointer}`),
      );
    return constants;
  };
  return visit(schema, "", true, []);
}

/** What makes a credential of something in the request; its name is one of TypeScript's. */
function credentialExample(wireName: string, expression: string): string {
  const words = wireName.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word, index) => {
    const first = word.charAt(0);
    return `${index === 0 ? first.toLowerCase() : first.toUpperCase()}${word.slice(1)}`;
  });
  return `credentials:\n  ${name.join("")}: ${expression}`;
}
