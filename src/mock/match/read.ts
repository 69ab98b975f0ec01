import type { OpenApiDocument } from "../../openapi/document.ts";
import { isForm, isJson, mediaTypeOf } from "../../openapi/media-type.ts";
import { schemaAt } from "../../openapi/request.ts";
import { headerText, splitTarget } from "../wire/incoming.ts";
import type { MockedOperation } from "./operation.ts";
import { decode, queryPairs, queryValue, type SentValue, simpleValue } from "./parameters.ts";
import { pathTexts } from "./path.ts";
import { shapeOf } from "./shape.ts";

/** A request to an operation as the mock judges it, be it one that came in or one that a scenario documents. */
export interface SentRequest {
  /** In the order of the operation's parameters; `undefined` where nothing was sent. */
  parameters: (SentValue | undefined)[];
  /** Of the body: the one that was sent, or, without any, the first that the operation takes. */
  mediaType: string | undefined;
  /** Parsed; the leaves of a form are texts. `undefined`, if there is none. */
  body: unknown;
  /** The text should be JSON and is not. */
  malformed: boolean;
  /** Of HTTP Basic; `"unreadable"`, if what was sent is none. */
  basic: Basic | "unreadable" | undefined;
}

export interface Basic {
  username: string;
  password: string;
}

/** What a request says to an operation. `target` and `headers` are as they were sent, `text` is the body's. */
export function readRequest(
  operation: MockedOperation,
  target: string,
  headers: Readonly<Record<string, string>>,
  text: string,
): SentRequest {
  const { path, query } = splitTarget(target);
  const texts = pathTexts(operation.pattern, path) ?? new Map<string, string>();
  const pairs = queryPairs(query);
  const parameters = operation.parameters.map((parameter, index) => {
    const shape = operation.shapes[index] ?? { kind: "plain", keys: [] };
    if (parameter.in === "query") return queryValue(parameter, shape, pairs);
    const isInPath = parameter.in === "path";
    const sent = isInPath ? texts.get(parameter.name) : headers[parameter.name.toLowerCase()];
    return sent === undefined ? undefined : simpleValue(sent, parameter, shape, isInPath ? decode : headerText);
  });
  const mediaType = sentMediaType(operation, headers["content-type"]);
  return {
    parameters,
    mediaType,
    ...readBody(operation, mediaType, text),
    basic: operation.basic && readBasic(headers.authorization),
  };
}

/** A client that says nothing about its body is taken at its best; `undefined`, if what it says is no media type. */
function sentMediaType({ mediaTypes }: MockedOperation, contentType: string | undefined): string | undefined {
  return contentType === undefined ? mediaTypes[0] : mediaTypeOf(contentType);
}

/** The media type of the operation's own that a media type falls under, such as `application/*`. */
export function acceptedType({ mediaTypes }: MockedOperation, sent: string | undefined): string | undefined {
  if (sent === undefined) return undefined;
  const isRange = (type: string) => type === "*/*" || (type.endsWith("/*") && sent.startsWith(type.slice(0, -1)));
  const essence = (type: string) => mediaTypeOf(type) ?? type.toLowerCase();
  return mediaTypes.find((type) => essence(type) === sent) ?? mediaTypes.find(isRange);
}

function readBody(
  operation: MockedOperation,
  mediaType: string | undefined,
  text: string,
): Pick<SentRequest, "body" | "malformed"> {
  if (text === "" || operation.mediaTypes.length === 0) return { body: undefined, malformed: false };
  if (mediaType !== undefined && isForm(mediaType))
    return { body: readForm(operation.document, bodySchema(operation, mediaType), text), malformed: false };
  if (mediaType === undefined || !isJson(mediaType)) return { body: text, malformed: false };
  try {
    return { body: JSON.parse(text), malformed: false };
  } catch {
    return { body: text, malformed: true };
  }
}

/** The schema of a body of a media type. */
export function bodySchema(operation: MockedOperation, mediaType: string | undefined): unknown {
  const accepted = acceptedType(operation, mediaType);
  return accepted === undefined ? undefined : operation.placed.body?.node.content[accepted]?.schema;
}

/** Reads a form as the one that `wireRequest` writes: a list is repeated under its name, an object is JSON. */
function readForm(document: OpenApiDocument, schema: unknown, text: string): Record<string, unknown> {
  const form = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const schemas = schemaAt(document, schema, pointer).map((found) => found.schema);
      const shape = shapeOf(document, { anyOf: schemas }, []);
      const items = schemas.flatMap((each) => each.items ?? []);
      const isOfObjects = shapeOf(document, { anyOf: items }, []).kind === "object";
      if (shape.kind === "list") return [name, isOfObjects ? values.map(parsed) : values];
      if (values.length > 1) return [name, values];
      return [name, shape.kind === "object" ? parsed(values[0] ?? "") : values[0]];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** RFC 7617, in UTF-8. */
function readBasic(authorization: string | undefined): SentRequest["basic"] {
  if (authorization === undefined) return undefined;
  const [, encoded] = /^basic +([a-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return "unreadable";
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  return colon < 0 ? "unreadable" : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
