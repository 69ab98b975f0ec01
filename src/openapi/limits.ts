import { LoginError } from "../errors.ts";
import { checkBaseUrl } from "../http/guards.ts";
import {
  type Example,
  isNamer,
  isReference,
  nodesOf,
  type OpenApiDocument,
  type Parameter,
  type Placed,
  type Rule,
  resolve,
  type Server,
} from "./document.ts";
import { isForm } from "./media-type.ts";
import { operationsOf } from "./operations.ts";
import { simpleText } from "./wire.ts";

/** Names of headers that the connection is made with, or that say what a browser may read. No example can decide them. */
const connectionHeaders =
  /^(connection|content-length|expect|host|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|access-control-.*)$/i;

/** Parameters in headers that OpenAPI tells its readers to ignore, and what says the same. */
const ignoredHeaders = new Map([
  ["accept", "the media types of the responses say it"],
  ["authorization", "a security scheme says it"],
  ["content-type", "the media type of the body says it"],
]);

const isHeaderName = /^[\w!#$%&'*+.^`|~-]+$/;

/** What no header can carry: all beyond Latin-1, and control characters but the tab. */
const unsendable = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/**
 * What OpenAPI allows and neither the runtime nor the mock can do: it is refused, so that nothing is ever sent or served
 * wrongly.
 */
export const limits: Record<string, Rule> = {
  "example-value": function* (document) {
    for (const { at, node } of nodesOf(document)) {
      const isExample = at.at(-2) === "examples" && isNamer(at.slice(0, -1));
      if (!isExample || isReference(node)) continue;
      if ("externalValue" in node)
        yield { at: [...at, "externalValue"], message: "Nothing is loaded: write the example itself, as its value." };
      else if (!("value" in node)) yield { at, message: "The example has no value: write one, or take it out." };
    }
  },

  cookie: function* (document) {
    for (const { at, node } of placedParameters(document)) {
      if (node.in === "cookie")
        yield { at, message: `No cookie is sent, so not ${node.name}: only path, query and header carry parameters.` };
    }
  },

  "parameter-style": function* (document) {
    for (const { at, node } of placedParameters(document)) {
      if (node.content) yield { at: [...at, "content"], message: "A parameter has a schema and a style, not content." };
      const isSimple = node.style === undefined || node.style === "simple";
      if (node.in === "path" && !isSimple)
        yield { at: [...at, "style"], message: "The only style in a path is `simple`." };
      for (const { at: place, value } of placedValues(document, { at, node })) {
        if (isNested(value))
          yield { at: place, message: "No style says how a list or an object within another one is sent." };
      }
    }
  },

  "media-type": function* (document) {
    for (const { at, node } of contentsOf(document)) {
      for (const [mediaType, content] of Object.entries(node)) {
        if (/^multipart\/|[/+]xml\b/i.test(mediaType))
          yield {
            at: [...at, mediaType],
            message: `${mediaType} is neither written nor read: bodies are JSON, forms or plain text.`,
          };
        const hasEncoding = typeof content === "object" && content !== null && "encoding" in content;
        if (isForm(mediaType) && hasEncoding)
          yield {
            at: [...at, mediaType, "encoding"],
            message: "A form has one encoding: lists are repeated under their name, objects go as JSON.",
          };
      }
    }
  },

  "token-place": function* (document) {
    for (const { at, node } of nodesOf(document)) {
      const isScheme = at.length === 3 && at[1] === "securitySchemes";
      if (isScheme && node.type === "apiKey" && node.in !== "header")
        yield { at: [...at, "in"], message: `A token goes in a header, never in a ${node.in}, where others see it.` };
    }
  },

  "header-name": function* (document) {
    for (const { at, name } of placedHeaders(document)) {
      if (connectionHeaders.test(name))
        yield { at, message: `${name} belongs to the connection or to CORS, and is no part of an API: take it out.` };
      if (!isHeaderName.test(name)) yield { at, message: `${name} is no name that a header can have.` };
      const said = ignoredHeaders.get(name.toLowerCase());
      if (said !== undefined) yield { at, message: `OpenAPI ignores a header ${name} here: ${said}. Take it out.` };
    }
  },

  "header-value": function* (document) {
    for (const { at, name, node } of placedHeaders(document)) {
      for (const { at: place, value } of placedValues(document, { at, node })) {
        if (unsendable.test(simpleText(value, node.explode ?? false)))
          yield { at: place, message: `The header ${name} can carry Latin-1 only, and no line breaks.` };
      }
    }
  },

  "reply-status": function* (document) {
    for (const { responses } of operationsOf(document)) {
      for (const [status, { at }] of responses) {
        if (/^(1\d\d|1XX)$/.test(status))
          yield { at, message: `A reply with the status ${status} says that another follows: it is none of an API.` };
      }
    }
  },

  servers: function* (document) {
    const [first] = document.servers ?? [];
    const fault = first && serverFault(first);
    if (fault !== undefined) yield { at: ["servers", 0, "url"], message: fault };
    for (const { at, node } of nodesOf(document)) {
      const isInPath = at[0] === "paths" && (at.length === 2 || at.length === 3);
      const isInComponent = at[0] === "components" && at[1] === "pathItems" && (at.length === 3 || at.length === 4);
      if ((isInPath || isInComponent) && "servers" in node)
        yield { at: [...at, "servers"], message: "One base URL serves a document: write `servers` at its root only." };
    }
  },
};

/** What keeps the address of a server from being the base URL of every call. */
function serverFault({ url, variables = {} }: Server): string | undefined {
  const named = [...url.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
  const unknown = named.find((name) => !Object.hasOwn(variables, name));
  if (unknown !== undefined) return `No variable is called ${unknown}: describe it in the server's \`variables\`.`;
  const isAddress = named.length === 0 && /^[a-z][a-z\d+.-]*:/i.test(url);
  if (!isAddress) return undefined;
  try {
    checkBaseUrl(url, true, "The address");
    return undefined;
  } catch (error) {
    if (!(error instanceof LoginError)) throw error;
    return `No call could go there. ${error.message.replace(`${error.code}: `, "")}: write one such as https://api.example.com/v1.`;
  }
}

/** Every parameter of an operation, or of the components. */
function placedParameters(document: OpenApiDocument): Placed<Parameter>[] {
  return nodesOf(document).flatMap(({ at, node }) => {
    const isListed = at.at(-2) === "parameters";
    const isParameter = isListed && typeof node.in === "string" && typeof node.name === "string";
    return isParameter ? [{ at, node: node as unknown as Parameter }] : [];
  });
}

/** Every header that an operation sends or answers. */
function placedHeaders(document: OpenApiDocument) {
  return operationsOf(document).flatMap(({ parameters, responses }) => [
    ...parameters.flatMap(({ at, node }) => (node.in === "header" ? [{ at, name: node.name, node }] : [])),
    ...[...responses.values()].flatMap((response) =>
      Object.entries(response.node.headers ?? {}).map(([name, header]) => ({
        at: [...response.at, "headers", name],
        name,
        node: resolve(document, header),
      })),
    ),
  ]);
}

/** The values of the examples that a parameter or a header has. */
function placedValues(document: OpenApiDocument, { at, node }: Placed<Pick<Parameter, "example" | "examples">>) {
  const named = Object.entries(node.examples ?? {}).map(([name, example]) => ({
    at: [...at, "examples", name],
    value: resolve<Example>(document, example).value,
  }));
  return node.example === undefined ? named : [...named, { at: [...at, "example"], value: node.example }];
}

/** Every map from media types to what a body of such a type is. */
function contentsOf(document: OpenApiDocument): Placed<Record<string, unknown>>[] {
  return nodesOf(document).filter(({ at }) => at.at(-1) === "content" && !isNamer(at.slice(0, -1)));
}

function isNested(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((member) => typeof member === "object" && member !== null);
}
