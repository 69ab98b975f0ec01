import fc from "fast-check";
import type { OpenApiDocument } from "../../src/openapi/document.ts";

/** What a generated document is like. */
interface Choices {
  user: "body" | "query" | "header" | "path";
  password: "body" | "query" | "header" | "basic";
  mediaType: "application/json" | "application/x-www-form-urlencoded";
  /** Whether parameters stand at the path, and what is a reference. */
  isAtPath: boolean;
  references: { parameters: boolean; body: boolean; responses: boolean; examples: boolean; schemas: boolean };
  token: "member" | "header" | "body";
  pointer: string[];
  refusal: "sameStatus" | "otherStatus" | "bodiless";
  scheme: object;
  hasRefresh: boolean;
  hasInvalid: boolean;
  isEmptyReply: boolean;
  texts: string[];
  words: string[];
  numbers: number[];
  explode: boolean[];
  method: "get" | "put" | "delete";
}

const text = fc
  .string({ unit: fc.constantFrom(..."aZ09 -._~!$&'()*+,;=:@%/?{}|^`\"<>\\[]#ü€"), minLength: 1, maxLength: 8 })
  .filter((some) => some.trim() === some && some !== "." && some !== "..");
const latin = text.filter((some) => !some.includes("€"));
const word = fc.stringMatching(/^[a-z]{1,6}$/);
const key = fc.constantFrom("token", "a/b", "~tilde", "with space", "0", "données");

const choices: fc.Arbitrary<Choices> = fc.record({
  user: fc.constantFrom("body", "query", "header", "path"),
  password: fc.constantFrom("body", "query", "header", "basic"),
  mediaType: fc.constantFrom("application/json", "application/x-www-form-urlencoded"),
  isAtPath: fc.boolean(),
  references: fc.record({
    parameters: fc.boolean(),
    body: fc.boolean(),
    responses: fc.boolean(),
    examples: fc.boolean(),
    schemas: fc.boolean(),
  }),
  token: fc.constantFrom("member", "header", "body"),
  pointer: fc.array(key, { minLength: 1, maxLength: 3 }),
  refusal: fc.constantFrom("sameStatus", "otherStatus", "bodiless"),
  scheme: fc.constantFrom(
    { type: "http", scheme: "bearer" },
    { type: "http", scheme: "esignon" },
    { type: "apiKey", in: "header", name: "Token" },
  ),
  hasRefresh: fc.boolean(),
  hasInvalid: fc.boolean(),
  isEmptyReply: fc.boolean(),
  texts: fc.uniqueArray(latin, { minLength: 8, maxLength: 8 }),
  words: fc.uniqueArray(word, { minLength: 8, maxLength: 8 }),
  numbers: fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 6, maxLength: 6 }),
  explode: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  method: fc.constantFrom("get", "put", "delete"),
});

/** Documents with all that the mock has to read: forms, Basic, every style, parameters of paths, references, no content. */
export const generatedDocument: fc.Arbitrary<OpenApiDocument> = choices.map(
  (chosen) => documentFrom(chosen) as unknown as OpenApiDocument,
);

type Examples = Record<string, unknown>;
type Components = Record<string, Record<string, unknown>>;

const anything = { description: "Anything else.", content: { "application/json": { schema: {} } } };

/** An object with one member within another, by keys. */
function nested(keys: string[], leaf: unknown): unknown {
  return keys.reduceRight((inside, each) => ({ [each]: inside }), leaf);
}

function nestedSchema([first = "", ...rest]: string[], leaf: object): object {
  const inside = rest.length === 0 ? leaf : nestedSchema(rest, leaf);
  return { type: "object", required: [first], properties: { [first]: { description: "Part.", ...inside } } };
}

function pointerOf(keys: string[]): string {
  return keys.map((each) => `/${each.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function named(values: Examples): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function documentFrom(chosen: Choices): object {
  const components: Components = { securitySchemes: {}, schemas: {}, parameters: {}, examples: {} };
  /** The thing itself, or a reference to it. */
  const placed = (isReference: boolean, kind: string, name: string, thing: object): object => {
    if (!isReference) return thing;
    components[kind] = { ...components[kind], [name]: thing };
    return { $ref: `#/components/${kind}/${name}` };
  };
  const parameter = (name: string, place: string, schema: object, values: Examples, more: object = {}): object =>
    placed(chosen.references.parameters, "parameters", name, {
      name,
      in: place,
      ...(place === "path" && { required: true }),
      description: "A parameter.",
      schema: placed(chosen.references.schemas, "schemas", `Of${name}`, schema),
      examples: named(values),
      ...more,
    });

  const paths = {
    ...loginPath(chosen, components, placed, parameter),
    ...(canRefresh(chosen) ? refreshPath(chosen) : {}),
    ...otherPath(chosen, parameter),
  };
  return {
    openapi: "3.1.0",
    info: { title: "Generated", version: "1.0.0" },
    servers: [{ url: "https://generated.example.com" }],
    security: [{ accessToken: [] }],
    paths,
    components,
  };
}

function canRefresh({ hasRefresh, token }: Choices): boolean {
  return hasRefresh && token === "member";
}

type Placing = (isReference: boolean, kind: string, name: string, thing: object) => object;
type Parametering = (name: string, place: string, schema: object, values: Examples, more?: object) => object;

function loginPath(chosen: Choices, components: Components, placed: Placing, parameter: Parametering): object {
  const [user = "", right = "", wrong = "", other = ""] = chosen.texts;
  const string = { type: "string", description: "A text." };
  const secret = { ...string, format: "password" };
  const scenarios = { success: right, wrongPassword: wrong, another: other };
  const users = { success: user, wrongPassword: user, another: user };
  const parameters: object[] = [];
  const members: Record<string, object> = {};
  const bodies: Record<string, Record<string, unknown>> = { success: {}, wrongPassword: {}, another: {} };
  const add = (name: string, place: string, schema: object, values: Record<string, string>): string => {
    if (place !== "body") {
      parameters.push(parameter(name, place, schema, values, { required: true }));
      return `$request.${place}.${name}`;
    }
    members[name] = schema;
    for (const [scenario, value] of Object.entries(values)) Object.assign(bodies[scenario] ?? {}, { [name]: value });
    return `$request.body#/${name}`;
  };
  const isBasic = chosen.password === "basic";
  const credentials = isBasic
    ? { user: "$request.basic.username", password: "$request.basic.password" }
    : { user: add("user", chosen.user, string, users), password: add("secret", chosen.password, secret, scenarios) };

  Object.assign(components.securitySchemes ?? {}, {
    accessToken: { ...chosen.scheme, "x-rejection": [{ status: 401 }] },
    ...(isBasic && {
      client: {
        type: "http",
        scheme: "basic",
        "x-examples": Object.fromEntries(
          Object.entries(scenarios).map(([name, password]) => [
            name,
            { value: { username: user.replaceAll(":", ""), password } },
          ]),
        ),
      },
    }),
  });

  const hasBody = Object.keys(members).length > 0;
  const requestBody = placed(chosen.references.body, "requestBodies", "Login", {
    required: true,
    content: {
      [chosen.mediaType]: {
        schema: placed(chosen.references.schemas, "schemas", "Login", {
          type: "object",
          required: Object.keys(members),
          properties: members,
        }),
        examples: {
          ...named(bodies),
          ...(chosen.hasInvalid && { incomplete: { value: {}, "x-invalid": "Nothing is sent." } }),
        },
      },
    },
  });
  const isIncomplete = hasBody && chosen.hasInvalid;
  const path = chosen.user === "path" && !isBasic ? "/users/{user}/login" : "/login";
  const atPath = chosen.isAtPath && parameters.length > 0;
  return {
    [path]: {
      ...(atPath && { parameters }),
      post: {
        operationId: "login",
        summary: "Logs in",
        security: isBasic ? [{ client: [] }] : [],
        "x-login": {
          credentials,
          success: "Success",
          ...(chosen.refusal !== "bodiless" && {
            refusal: "Refusal",
            code: "$response.body#/code",
            reasons: [{ code: "7", reason: "invalid_credentials" }],
          }),
          token: tokenPlace(chosen),
          ...(canRefresh(chosen) && { refreshToken: "$response.body#/refresh" }),
          ends: [{ in: 60 }],
        },
        ...(!atPath && parameters.length > 0 && { parameters }),
        ...(hasBody && { requestBody }),
        responses: loginResponses(chosen, components, placed, isIncomplete),
      },
    },
  };
}

function tokenPlace({ token, pointer }: Choices): string {
  if (token === "header") return "$response.header.X-Token";
  return token === "body" ? "$response.body" : `$response.body#${pointerOf(pointer)}`;
}

function loginResponses(chosen: Choices, components: Components, placed: Placing, isIncomplete: boolean): object {
  const { token, pointer, refusal, references } = chosen;
  const tokenSchema = { type: "string", description: "The token.", pattern: "^[!-~]+$" };
  const success = successSchema(chosen, tokenSchema);
  components.schemas = {
    ...components.schemas,
    Success: success,
    Refusal: {
      type: "object",
      required: ["code"],
      properties: { code: { type: "integer", description: "Why." } },
    },
    Reply: { anyOf: [{ $ref: "#/components/schemas/Success" }, { $ref: "#/components/schemas/Refusal" }] },
  };
  const bodyWith = (value: string): unknown => {
    if (token === "header") return { ok: true };
    if (token === "body") return value;
    const whole = nested(pointer, value) as object;
    return canRefresh(chosen) ? { ...whole, refresh: `refresh-${value}` } : whole;
  };
  const example = (name: string, value: unknown, outcome: string) =>
    placed(references.examples, "examples", name, { value, "x-outcome": outcome });
  const successes = {
    success: example("success", bodyWith("token-one"), "success"),
    another: example("another", bodyWith("token-two"), "success"),
  };
  const refusals = {
    ...(refusal !== "bodiless" && { wrongPassword: example("wrongPassword", { code: 7 }, "invalid_credentials") }),
    ...(isIncomplete && refusal !== "bodiless" && { incomplete: example("incomplete", { code: 8 }, "unknown") }),
  };
  const isSame = refusal === "sameStatus";
  const headers = {
    "X-Token": {
      description: "The token.",
      schema: tokenSchema,
      examples: { success: { value: "token-one" }, another: { value: "token-two" } },
    },
  };
  const content = (schema: string, examples: object) => ({
    "application/json": { schema: { $ref: `#/components/schemas/${schema}` }, examples },
  });
  const responses: Record<string, object> = {
    "200": placed(references.responses, "responses", "Granted", {
      description: "Logged in.",
      ...(token === "header" && { headers }),
      content: content(isSame ? "Reply" : "Success", isSame ? { ...successes, ...refusals } : successes),
    }),
  };
  if (refusal === "otherStatus") responses["409"] = { description: "Refused.", content: content("Refusal", refusals) };
  if (refusal === "bodiless") {
    responses["401"] = { description: "Refused.", "x-scenario": "wrongPassword", "x-outcome": "unknown" };
    if (isIncomplete)
      responses["400"] = { description: "Nothing.", "x-scenario": "incomplete", "x-outcome": "unknown" };
  }
  return { ...responses, default: anything };
}

function successSchema(chosen: Choices, tokenSchema: object): object {
  if (chosen.token === "body") return tokenSchema;
  if (chosen.token === "header")
    return { type: "object", required: ["ok"], properties: { ok: { type: "boolean", description: "Yes." } } };
  const whole = nestedSchema(chosen.pointer, tokenSchema) as { properties: object };
  return { ...whole, properties: { ...whole.properties, refresh: { ...tokenSchema, description: "Renews." } } };
}

function refreshPath({ mediaType, pointer }: Choices): object {
  const renewed = { ...(nested(pointer, "token-three") as object), refresh: "refresh-token-three" };
  return {
    "/refresh": {
      post: {
        operationId: "refresh",
        summary: "Renews",
        security: [],
        "x-refresh": { credentials: { refreshToken: "$request.body#/refresh" } },
        requestBody: {
          required: true,
          content: {
            [mediaType]: {
              schema: {
                type: "object",
                required: ["refresh"],
                properties: { refresh: { type: "string", description: "The refresh token." } },
              },
              examples: { success: { value: { refresh: "refresh-token-one" } } },
            },
          },
        },
        responses: {
          "200": {
            description: "Renewed.",
            content: {
              "application/json": {
                schema: { $ref: "#/components/schemas/Success" },
                examples: { success: { value: renewed, "x-outcome": "success" } },
              },
            },
          },
          default: anything,
        },
      },
    },
  };
}

/** An operation that has nothing to do with a login, with parameters of every style. */
function otherPath(chosen: Choices, parameter: Parametering): object {
  const { words, numbers, texts, explode, method, isAtPath, isEmptyReply } = chosen;
  const [one = "", two = "", three = "", four = ""] = words;
  const [first = 0, second = 0, third = 0] = numbers;
  const strings = { type: "array", items: { type: "string" } };
  const integers = { type: "array", items: { type: "integer" } };
  const object = (name: string) => ({
    type: "object",
    properties: { [name]: { type: "integer", description: "A number." } },
  });
  const styled = (style: string, isExploded = false) => ({ style, explode: isExploded });
  const ofPath = [
    parameter("site", "path", { type: "integer" }, { success: first, second: first }),
    parameter("names", "path", strings, { success: [one, two], second: [three] }, { explode: explode[0] }),
  ];
  const own = [
    parameter("list", "query", strings, { success: texts, second: [texts[0]] }, styled("form", explode[1])),
    parameter("blanks", "query", integers, { success: [first, second], second: [third] }, styled("spaceDelimited")),
    parameter("pipes", "query", integers, { success: [first, second], second: [third] }, styled("pipeDelimited")),
    parameter("spread", "query", object("spreadCount"), { success: { spreadCount: first } }, styled("form", true)),
    parameter("flat", "query", object("count"), { success: { count: first } }, styled("form")),
    parameter("deep", "query", object("deepCount"), { success: { deepCount: second } }, styled("deepObject", true)),
    parameter("X-List", "header", integers, { success: numbers, second: [second] }, { explode: explode[2] }),
    parameter("X-Pair", "header", object("count"), { success: { count: third } }, { explode: explode[3] }),
    parameter("flag", "query", { type: "boolean" }, { success: true, second: false }),
    parameter("text", "query", { type: "string", enum: texts }, { success: texts[1], second: texts[2] }),
  ];
  const replies = isEmptyReply
    ? {
        "204": {
          description: "None.",
          headers: { "X-Count": { schema: { type: "integer" }, examples: { success: { value: first } } } },
          "x-scenario": "success",
          "x-outcome": "success",
        },
        "410": { description: "Gone.", "x-scenario": "second", "x-outcome": "unknown" },
      }
    : {
        "200": {
          description: "Some.",
          headers: { "X-Word": { schema: { type: "string" }, example: four } },
          content: {
            "text/plain": {
              schema: { type: "string" },
              examples: {
                success: { value: texts.join("\n"), "x-outcome": "success" },
                second: { value: "€", "x-outcome": "success" },
                spoken: { value: "", "x-outcome": "success" },
              },
            },
          },
        },
      };
  return {
    "/sites/{site}/{names}.txt": {
      ...(isAtPath && { parameters: ofPath }),
      [method]: {
        operationId: "other",
        summary: "Does something else",
        parameters: isAtPath ? own : [...ofPath, ...own],
        responses: { ...replies, default: anything },
      },
    },
  };
}
