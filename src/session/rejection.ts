import { isJson, joined } from "../http/exchange.ts";
import type { Api, RejectionRule, ReplyContract, ReplySchema } from "../login/contract.ts";
import { fits } from "../login/fits.ts";
import { isRejection } from "../login/judge.ts";

/** A rejection is short: no more of a reply is held back than this, in bytes. */
const longestRejection = 4096;

/** A reply to a call, and whether it says that the token is no longer good. */
export interface JudgedReply {
  /** As it came, or another with the same members: whoever gets it can read it. */
  reply: Response;
  isRejection: boolean;
}

/**
 * Judges a reply to any other call by the API's own rules. Only where its status has rules on the body is a JSON reply
 * held back, until it is whole, too long, or can no longer fit; all others are given back as they came.
 */
export async function judgeCall(
  api: Pick<Api<object>, "rejection"> & { login: ReplyContract },
  came: Response,
): Promise<JudgedReply> {
  const { status, headers } = came;
  const rules = api.rejection.filter((rule) => rule.status === status);
  if (rules.length === 0) return { reply: came, isRejection: false };
  const onBody = rules.filter(readsBody);
  const { reply, body } = onBody.length > 0 && mayBeShort(came) ? await hold(came, onBody) : { reply: came };
  return { reply, isRejection: isRejection(api.login, rules, { status, headers, body }) };
}

function readsBody({ schema, code, message }: RejectionRule): boolean {
  return schema !== undefined || code !== undefined || message !== undefined;
}

function mayBeShort({ headers }: Response): boolean {
  return isJson(headers.get("content-type")) && Number(headers.get("content-length")) <= longestRejection;
}

interface Held {
  reply: Response;
  /** Absent where it cannot be a rejection. */
  body?: unknown;
}

async function hold(came: Response, rules: readonly RejectionRule[]): Promise<Held> {
  // Not every `fetch` has web streams, and not every reply a body.
  if (typeof came.body?.getReader !== "function") return { reply: came, body: await copied(came) };
  const reader = came.body.getReader();
  const chunks: Uint8Array[] = [];
  let text = "";
  let length = 0;
  for (;;) {
    // What breaks off does so for the caller too, who reads on.
    const next = await reader.read().catch(() => undefined);
    if (!next) return { reply: unread(came, chunks, reader) };
    if (next.done) return { reply: unread(came, chunks), body: parsed(text) };
    chunks.push(next.value);
    length += next.value.byteLength;
    if (length > longestRejection) return { reply: unread(came, chunks, reader) };
    // Anew and not in parts: a decoder that keeps half a character costs ten times as much.
    text = new TextDecoder().decode(joined(chunks, length));
    const body = text.trimEnd().endsWith("}") ? parsed(text) : undefined;
    const isDecided = body !== undefined || !mayFit(rules, text);
    if (!isDecided) continue;
    if (!isWhole(came, length)) return { reply: unread(came, chunks, reader), body };
    // Its end is read too, which is there: to leave it unread costs a quarter of a request.
    await reader.read().catch(() => {});
    return { reply: unread(came, chunks), body };
  }
}

/**
 * What a copy holds, unless that is longer than a rejection: Node's streams stop a copy that is read far ahead of its
 * original.
 */
async function copied(reply: Response): Promise<unknown> {
  try {
    const copy = reply.clone();
    const body = copy.body as object | null;
    if (!isReadInParts(body)) return parsed(await copy.text());
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.byteLength;
      if (length > longestRejection) return undefined;
    }
    return parsed(new TextDecoder().decode(joined(chunks, length)));
  } catch {
    return undefined;
  }
}

/** As the streams of Node.js are. */
function isReadInParts(body: object | null | undefined): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

/** Whether nothing follows, as far as the reply says how long it is. */
function isWhole({ headers }: Response, length: number): boolean {
  return headers.get("content-encoding") === null && headers.get("content-length") === String(length);
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** A reply as it was before its beginning was read; `rest` gives what follows. A `clone()` would cost three times as much. */
function unread(came: Response, chunks: readonly Uint8Array[], rest?: Reader): Response {
  return alike(came, streamOf(chunks, rest));
}

function alike(came: Response, body: ReadableStream<Uint8Array> | null): Response {
  const { status, headers } = came;
  const reply = new Response(body, { status, headers });
  const clone = () => alike(came, Response.prototype.clone.call(reply).body);
  // The URL is written out when it is asked for, which costs as much as the Response. A status text that came may be one
  // that no Response is made with: in Korean, for example.
  return Object.defineProperties(reply, {
    statusText: { get: () => came.statusText },
    url: { get: () => came.url },
    type: { get: () => came.type },
    clone: { value: clone },
  });
}

function streamOf(chunks: readonly Uint8Array[], rest: Reader | undefined): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      if (!rest) controller.close();
    },
    async pull(controller) {
      const next = await rest?.read();
      if (next && !next.done) controller.enqueue(next.value);
      else controller.close();
    },
    cancel(reason) {
      return rest?.cancel(reason);
    },
  });
}

/** What a text is in JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether what begins with a text may still be what a rule asks for. */
function mayFit(rules: readonly RejectionRule[], text: string): boolean {
  return rules.some(({ schema }) => {
    if (!schema) return true;
    const members = membersOf(text);
    return members !== undefined && fits(ofMembersAlone(schema), members);
  });
}

/** What a schema says of the members that are there. */
function ofMembersAlone({ properties = {}, additionalProperties }: ReplySchema): ReplySchema {
  return { properties, ...(additionalProperties === false && { additionalProperties }) };
}

/** The members that are whole where an object's text breaks off; nothing where it is the beginning of no object. */
function membersOf(text: string): object | undefined {
  if (!/^\s*(\{|$)/.test(text)) return undefined;
  const end = lastComma(text);
  if (end < 0) return {};
  return parsed(`${text.slice(0, end)}}`) as object | undefined;
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
