import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpRequest,
  type IHttpResponse,
} from "@stoplight/prism-http";
import type { ApiDocument } from "./document.ts";
import { preferredReply, readPreference } from "./prefer.ts";
import { type MockedOperation, readOperations } from "./scenarios.ts";

type PrismOperations = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>;
type PrismConfig = NonNullable<Parameters<ReturnType<typeof createInstance>["request"]>[2]>;
type Violation = { path?: (string | number)[]; message: string; code?: string | number; severity: number };

/** Two documents describe the same method and path, so that one server cannot answer for both. */
export class CollisionError extends Error {
  override name = "CollisionError";
}

/** No more of a request is read than this; the documents' requests have a few hundred bytes. */
const maximumBody = 1024 * 1024;

const silent = Object.assign(() => {}, { level: "silent" });
const logger: Parameters<typeof createInstance>[1]["logger"] = new Proxy(silent, {
  get: (_, name) => (name === "child" ? () => logger : silent),
}) as never;

/**
 * Makes a listener for Node's `http` server that answers every operation of the documents, at its own path, with its
 * documented examples. Throws `CollisionError` if two documents share a method and path.
 */
export async function createMock(documents: ApiDocument[]): Promise<RequestListener> {
  const operations = readOperations(documents);
  refuseCollisions(operations);
  const prismOperations: PrismOperations = [];
  for (const { document } of documents)
    prismOperations.push(...(await getHttpOperationsFromSpec(structuredClone(document))));

  const defaults: PrismConfig = {
    isProxy: false,
    mock: { dynamic: false },
    checkSecurity: false,
    validateRequest: true,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
  };
  const prism = createInstance(defaults, { logger });

  async function ask(input: IHttpRequest, operation: MockedOperation, mock?: PrismConfig["mock"]) {
    const prismOperation = prismOperations.filter(
      ({ method, path }) => method === operation.method && path === operation.path,
    );
    const config = mock ? { ...defaults, validateRequest: false, mock } : defaults;
    const result = await prism.request(input, prismOperation, config)();
    if (result._tag === "Left") throw result.left;
    return result.right;
  }

  return async (request, response) => {
    try {
      const { pathname } = new URL(request.url ?? "/", "http://mock");
      const operation = findOperation(operations, request.method ?? "GET", pathname);
      if (!operation) {
        const paths = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
        return problem(response, 404, "No such operation", { operations: paths });
      }
      const body = await readBody(request);
      if (body === undefined) return problem(response, 413, `The request body is larger than ${maximumBody} bytes`);

      const input: IHttpRequest = {
        method: operation.method as IHttpRequest["method"],
        url: { path: pathname },
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
        body,
      };
      const prefer = request.headers.prefer;
      if (prefer !== undefined) {
        const preference = readPreference(String(prefer));
        const reply = preferredReply(operation.replies, preference);
        if (!reply) {
          const choices = operation.replies.map(({ status, name }) => `code=${status}, example=${name}`);
          return problem(response, 400, "Prefer chooses a reply that is not documented", { choices });
        }
        const mock = { dynamic: false, code: reply.status, exampleKey: reply.name };
        return send(response, (await ask(input, operation, mock)).output);
      }
      const { output, validations } = await ask(input, operation);
      const violations = (validations.input as Violation[]).filter(({ severity }) => severity === 0);
      if (violations.length > 0) {
        const validation = violations.map(({ path, code, message }) => ({ location: path, code, message }));
        return problem(response, 422, "The request is not as documented", { validation });
      }
      send(response, output);
    } catch {
      problem(response, 500, "The mock failed");
    }
  };
}

function refuseCollisions(operations: MockedOperation[]): void {
  const taken = new Map<string, MockedOperation>();
  for (const operation of operations) {
    const key = `${operation.method.toUpperCase()} ${operation.path.replace(/\{[^}]*\}/g, "{}")}`;
    const other = taken.get(key);
    if (other && other.api !== operation.api) {
      const place = ({ api, method, path }: MockedOperation) => `${api} (${method.toUpperCase()} ${path})`;
      throw new CollisionError(
        `${place(other)} and ${place(operation)} have the same method and path, so one port cannot serve both.`,
      );
    }
    taken.set(key, operation);
  }
}

function findOperation(operations: MockedOperation[], method: string, pathname: string): MockedOperation | undefined {
  return operations.find(
    (operation) => operation.method === method.toLowerCase() && pathPattern(operation.path).test(pathname),
  );
}

function pathPattern(template: string): RegExp {
  const literal = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\{[^}]*\}/g, "[^/]+")}$`);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBody) return undefined;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (!/\bjson\b/i.test(request.headers["content-type"] ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function send(response: ServerResponse, { statusCode, headers, body }: IHttpResponse): void {
  response.writeHead(statusCode, headers).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, title: string, members: object = {}): void {
  if (response.headersSent) return void response.end();
  response
    .writeHead(status, { "content-type": "application/problem+json" })
    .end(JSON.stringify({ status, title, ...members }));
}
