import { createInstance, getHttpOperationsFromSpec } from "@stoplight/prism-http";
import type { Answer } from "./operations.ts";

const silent = Object.assign(() => {}, { level: "silent" });
const logger: Parameters<typeof createInstance>[1]["logger"] = new Proxy(silent, {
  get: (_, name) => (name === "child" ? () => logger : silent),
}) as never;

/** What Prism itself answers when it is asked for an example by status and name. Headers have lower-case names. */
export async function answerOfPrism(
  document: object,
  { method, path }: { method: string; path: string },
  { status: code, name: exampleKey }: { status: number; name: string },
): Promise<Answer> {
  const resources = await getHttpOperationsFromSpec(structuredClone(document));
  const config = {
    isProxy: false as const,
    mock: { dynamic: false, code, exampleKey },
    checkSecurity: false,
    validateRequest: false,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
  };
  const input = { method: method as "get", url: { path: path.replace(/\{\w+\}/g, "x") }, headers: {} };
  const result = await createInstance(config, { logger }).request(input, resources, config)();
  if (result._tag === "Left") throw result.left;
  const { statusCode: status, headers = {}, body } = result.right.output;
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { status, headers: Object.fromEntries(lowered), body };
}
