import type { ApiDocument, OpenApiDocument, Parameter } from "../../openapi/document.ts";
import { type DocumentedCall, type DocumentedLogin, readLogin } from "../../openapi/login.ts";
import { operationName, operationsOf, type PlacedOperation } from "../../openapi/operations.ts";
import { basicSchemeOf, type DocumentedOperation, readOperations } from "../../openapi/scenarios.ts";
import { type PathPattern, pathPattern } from "./path.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** An operation that the mock answers for, with all that it takes to read a request to it. */
export interface MockedOperation extends DocumentedOperation {
  document: OpenApiDocument;
  /** What it is called, which is unique in its API. */
  name: string;
  placed: PlacedOperation;
  pattern: PathPattern;
  /** In the order of `parameters`. */
  shapes: Shape[];
  /** What `x-login` and `x-refresh` say of it; both may stand on one operation. */
  calls: MockedCall[];
  /** Whether HTTP Basic has to be sent, or may be; `undefined`, if nothing says so. */
  basic: "required" | "optional" | undefined;
}

/** A login or a refresh. */
export interface MockedCall extends DocumentedCall {
  kind: "login" | "refresh";
}

/** A document with its operations, and its login if it states one that is whole. */
export interface MockedApi extends ApiDocument {
  operations: MockedOperation[];
  login: DocumentedLogin | undefined;
}

export function readApi({ name, document }: ApiDocument): MockedApi {
  const login = wholeLogin(document);
  const placed = operationsOf(document);
  const operations = readOperations([{ name, document }]).flatMap((operation, index): MockedOperation[] => {
    const place = placed[index];
    if (!place?.path.startsWith("/")) return [];
    return [
      {
        ...operation,
        document,
        name: operationName(place),
        placed: place,
        pattern: pathPattern(operation.path),
        shapes: operation.parameters.map((parameter) => parameterShape(document, operation, parameter)),
        calls: callsOf(login, operation),
        basic: basicOf(document, place),
      },
    ];
  });
  return { name, document, operations, login };
}

/** A login that is wrong in part could be answered wrongly: lint says what to mend. */
function wholeLogin(document: OpenApiDocument): DocumentedLogin | undefined {
  const { login, problems } = readLogin(document);
  return problems.length === 0 ? login : undefined;
}

function callsOf(login: DocumentedLogin | undefined, { method, path }: DocumentedOperation): MockedCall[] {
  if (!login) return [];
  const all: MockedCall[] = [
    { ...login, kind: "login" },
    ...(login.refresh ? [{ ...login.refresh, kind: "refresh" as const }] : []),
  ];
  return all.filter(({ operation }) => operation.method === method && operation.path === path);
}

function parameterShape(document: OpenApiDocument, { requests }: DocumentedOperation, parameter: Parameter): Shape {
  const examples = requests.flatMap((request) =>
    request.parameters.filter((each) => each.parameter === parameter).map(({ example }) => example.value),
  );
  return shapeOf(document, parameter.schema, examples);
}

function basicOf(document: OpenApiDocument, placed: PlacedOperation): MockedOperation["basic"] {
  if (!basicSchemeOf(document, placed)) return undefined;
  const requirements = placed.operation.security ?? document.security ?? [];
  const withoutIt = requirements.filter((requirement) => {
    const only = { ...placed, operation: { ...placed.operation, security: [requirement] } };
    return !basicSchemeOf(document, only);
  });
  return withoutIt.length > 0 ? "optional" : "required";
}
