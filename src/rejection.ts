import type { Api, ReplyContract } from "./login/contract.ts";
import { isRejection } from "./login/judge.ts";

/** A rejection is short: a reply that is longer than this, in characters, is none. */
const longestRejection = 4096;

/**
 * Whether a reply says that the token is no longer good, by the API's own rules. Only where a status has rules on the body
 * is a JSON reply held back, and stays the caller's to read.
 */
export async function rejects(
  api: Pick<Api<object>, "rejection"> & { login: ReplyContract },
  reply: Response,
): Promise<boolean> {
  const rules = api.rejection.filter(({ status }) => status === reply.status);
  const { status, headers } = reply;
  const readsBody = rules.some(({ schema, code, message }) => schema || code !== undefined || message !== undefined);
  const isJson = /[/+]json\b/i.test(headers.get("content-type") ?? "");
  const body = readsBody && isJson ? await peekJson(reply) : undefined;
  return isRejection(api.login, rules, { status, headers, body });
}

/** The JSON object that a reply is, if it is as short as a rejection. */
async function peekJson(reply: Response): Promise<unknown> {
  const reader = reply.clone().body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
      text += decoder.decode(chunk.value, { stream: true });
      const mayBeRejection = text.length <= longestRejection && /^\s*({|$)/.test(text);
      if (!mayBeRejection) return undefined;
      const json = parse(text);
      if (json !== undefined) return json;
    }
  } catch {
    // A body that breaks off does so for the caller too.
  } finally {
    reader?.cancel().catch(() => {});
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
