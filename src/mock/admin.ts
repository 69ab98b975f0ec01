import type { IncomingMessage, RequestListener } from "node:http";
import { isObject } from "../login/fits.ts";
import { UserError } from "../openapi/user-error.ts";
import { type Answer, problem } from "./answer.ts";
import type { MockCore } from "./core.ts";
import { listingPath } from "./decide.ts";
import type { NextOptions } from "./next.ts";
import { bodyText } from "./wire/body.ts";
import { originForm, splitTarget } from "./wire/incoming.ts";
import { incomingOf, send } from "./wire/node.ts";

/** Where a test in another language holds the mock. */
const adminPath = "/_mock/";

/** What can be asked there, by its name: what it gives is the answer's JSON. */
type AdminRoutes = Map<string, AdminRoute>;

interface AdminRoute {
  method: "GET" | "POST";
  act(body: unknown): unknown;
}

/** The handle's own members, by HTTP. */
function routesOf(core: MockCore): AdminRoutes {
  return new Map<string, AdminRoute>([
    ["requests", { method: "GET", act: () => core.requests }],
    ["next", { method: "POST", act: (body) => order(core, body) }],
    ["reset", { method: "POST", act: () => core.reset() }],
    ["advance", { method: "POST", act: (body) => core.service.advance(only(body, "milliseconds", isNumber)) }],
    ["revoke", { method: "POST", act: (body) => core.service.revoke(only(body, "token", isText)) }],
    ["lock", { method: "POST", act: (body) => core.service.lock(only(body, "account", isAccount)) }],
  ]);
}

/**
 * Lets programs of this machine hold the mock below `/_mock/`. No page can: a browser sends an `Origin` with what it asks
 * of another site, or the name that the page has itself, and gets no CORS.
 */
export function withAdmin(core: MockCore, listener: RequestListener): RequestListener {
  const routes = routesOf(core);
  return async (request, response) => {
    const { path } = splitTarget(originForm(request.url ?? "/"));
    if (!path.startsWith(adminPath) || path === listingPath) return listener(request, response);
    try {
      send(response, await answerAdmin(routes, path.slice(adminPath.length), request));
    } catch {
      // The client left within its request.
      response.destroy();
    }
  };
}

async function answerAdmin(routes: AdminRoutes, name: string, request: IncomingMessage): Promise<Answer> {
  const text = await bodyText(await incomingOf(request));
  if (!isOfThisMachine(request)) return problem(403, "Only programs of this machine hold the mock, and no pages");
  const route = routes.get(name);
  if (!route) return problem(404, "There is no such part of the mock", { parts: [...routes.keys()] });
  if (request.method !== route.method) return problem(405, "No such method here", {}, { allow: route.method });
  if (typeof text !== "string") return text;
  try {
    const result = route.act(text === "" ? undefined : JSON.parse(text));
    if (result === undefined) return { status: 204, headers: {}, body: "" };
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result) };
  } catch (error) {
    if (error instanceof UserError) return problem(400, error.message);
    if (error instanceof SyntaxError) return problem(400, "The body is not JSON");
    throw error;
  }
}

const members = ["api", "scenario", "operation", "times", "fault", "delay"];

function order(core: MockCore, body: unknown): void {
  const form = `The body is an object with the members api and scenario, and may have ${members.slice(2).join(", ")}.`;
  if (!isObject(body) || Object.keys(body).some((name) => !members.includes(name))) throw new UserError(form);
  const { api, scenario, ...options } = body;
  if (typeof api !== "string" || typeof scenario !== "string") throw new UserError(form);
  core.next(api, scenario, options as NextOptions);
}

/** The one member that a body has. */
function only<Value>(body: unknown, name: string, isValue: (value: unknown) => value is Value): Value {
  const value = isObject(body) && Object.keys(body).join() === name ? body[name] : undefined;
  if (!isValue(value))
    throw new UserError(`The body is an object with one member, ${name}, and a value that it can have.`);
  return value;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isAccount(value: unknown): value is string | Record<string, unknown> {
  return isText(value) || isObject(value);
}

function isOfThisMachine({ socket, headers }: IncomingMessage): boolean {
  if (headers.origin !== undefined) return false;
  const address = socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  const host = (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  return isLoopback(address) && (isLoopback(host) || host === "localhost" || host.endsWith(".localhost"));
}

function isLoopback(address: string): boolean {
  return address === "::1" || address === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(address);
}
