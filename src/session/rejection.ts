import { isJson, parseBody } from "../http/exchange.ts";
import type { Api, RejectionRule, ReplyContract, ReplySchema } from "../login/contract.ts";
import { fits } from "../login/fits.ts";
import { isRejection } from "../login/judge.ts";

/** A rejection is short: no more of a reply is held back than this, in bytes. */
const longestRejection = 4096;

/**
 * Whether a reply to any other call says that the token is no longer good, by the API's own rules. Only where its status
 * has rules on the body is a JSON reply held back, until it is whole, too long, or can no longer fit. Leaves the reply
 * readable.
 */
export async function isRejectedBy(
  api: Pick<Api<object>, "rejection"> & { login: ReplyContract },
  reply: Response,
): Promise<boolean> {
  const { status, headers } = reply;
  const rules = api.rejection.filter((rule) => rule.status === status);
  if (rules.length === 0) return false;
  const mayMatter = rules.some(readsBody) && isJson(headers.get("content-type"));
  const body = mayMatter ? await shortBody(reply, rules.filter(readsBody)) : undefined;
  return isRejection(api.login, rules, { status, headers, body });
}

function readsBody({ schema, code, message }: RejectionRule): boolean {
  return schema !== undefined || code !== undefined || message !== undefined;
}

/** The body of a reply, if it may fit one of the rules. */
async function shortBody(reply: Response, rules: readonly RejectionRule[]): Promise<unknown> {
  if (reply.body === null) return undefined;
  try {
    const copy = reply.clone();
    // Not every `fetch` has web streams.
    if (typeof copy.body?.getReader !== "function") return parsed(new TextDecoder().decode(await copy.arrayBuffer()));
    return await readShort(copy.body.getReader(), rules);
  } catch {
    // A body that breaks off does so for the caller too.
    return undefined;
  }
}

async function readShort(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  rules: readonly RejectionRule[],
): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return parsed(text);
      length += value.byteLength;
      text += decoder.decode(value, { stream: true });
      if (length > longestRejection || !mayFit(rules, text)) return undefined;
      const whole = text.trimEnd().endsWith("}") ? parsed(text) : undefined;
      if (whole !== undefined) return whole;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The object or list that a text is. */
function parsed(text: string): unknown {
  const body = parseBody("application/json", text);
  return typeof body === "string" ? undefined : body;
}

/** Whether what begins with a text may still be what a rule asks for. */
function mayFit(rules: readonly RejectionRule[], text: string): boolean {
  return rules.some(({ schema }) => {
    if (!schema) return true;
    const members = membersOf(text);
    return members !== undefined && membersFit(schema, members);
  });
}

function membersFit({ properties = {}, additionalProperties }: ReplySchema, members: object): boolean {
  return Object.entries(members).every(([name, value]) => {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return own ? fits(own, value) : additionalProperties !== false;
  });
}

/** The members that are whole where an object's text breaks off; nothing where it is the beginning of no object. */
function membersOf(text: string): object | undefined {
  if (!/^\s*(\{|$)/.test(text)) return undefined;
  const end = lastComma(text);
  if (end < 0) return {};
  const members = parsed(`${text.slice(0, end)}}`);
  return typeof members === "object" && members !== null ? members : undefined;
}

/** Where the last comma between two members of an object is. */
function lastComma(text: string): number {
  let depth = 0;
  let isText = false;
  let found = -1;
  for (let place = 0; place < text.length; place++) {
    const character = text[place];
    if (isText && character === "\\") place++;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === "," && depth === 1) found = place;
  }
  return found;
}
