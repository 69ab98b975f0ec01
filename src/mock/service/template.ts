import type { End, ReplyExpression } from "../../login/contract.ts";
import { type Ending, type Grant, grantOf } from "../../login/grant.ts";
import { judge, judgeRefresh } from "../../login/judge.ts";
import { type OpenApiDocument, resolve } from "../../openapi/document.ts";
import type { DocumentedCall } from "../../openapi/login.ts";
import type { Reply } from "../../openapi/scenarios.ts";
import { UserError } from "../../openapi/user-error.ts";
import { type Life, type Random, type TokenForm, tokenForm } from "./token-form.ts";
import { asAnswered, readAt, withEnds, written } from "./written.ts";

/** A documented success, and what is new in each reply that is made of it. */
export interface Template {
  reply: Reply;
  /** Absent where it brings no token: it then extends the one held. */
  token?: NewToken;
  /** Milliseconds that the token lasts, `Infinity` where nothing ends it; absent where the reply extends one and does not say it. */
  life?: number;
  /** Where the reply says when the token ends. */
  ends: readonly End[];
  /** Absent where the one that is held goes on. */
  refreshToken?: NewToken & { life: number; ends: readonly End[] };
}

/** A token that is another in each reply. */
export interface NewToken {
  form: TokenForm;
  at: ReplyExpression;
}

/** What a token is taken to last where its document says that it ends, and not after how long. */
const hour = 3_600_000;

/** The same of a refresh token. */
const day = 24 * hour;

export interface TemplateMeans {
  api: string;
  document: OpenApiDocument;
  /** Seconds after which tokens end at the latest. */
  lifetime: number | undefined;
  random: Random;
}

/**
 * Prepares a documented success. Throws a `UserError` where its tokens cannot be other than in the example, or the
 * document has no room for the lifetime.
 */
export function templateOf(
  means: TemplateMeans,
  call: DocumentedCall,
  kind: "login" | "refresh",
  reply: Reply,
): Template {
  const { contract } = call;
  const { api, lifetime, random } = means;
  const judged = (changed: Reply): Grant | undefined => {
    try {
      const judgement = (kind === "login" ? judge : judgeRefresh)(contract, asAnswered(changed));
      return judgement.ok ? judgement.grant : undefined;
    } catch {
      return undefined;
    }
  };
  const newTokenAt = (
    at: ReplyExpression | undefined,
    read: (grant: Grant) => string | undefined,
    what: string,
  ): NewToken | undefined => {
    const example = at && readAt(reply, at);
    if (at === undefined || typeof example !== "string" || example === "") return undefined;
    const isAllowed = (token: string) => {
      const grant = isInHeader(means.document, call, reply, at, token) ? judged(written(reply, at, token)) : undefined;
      return grant !== undefined && read(grant) === token;
    };
    return { at, form: tokenForm(example, isAllowed, random, `${api}: the ${what} of the scenario ${reply.name}`) };
  };
  const token = newTokenAt(contract.token, ({ value }) => value, "token");
  const refreshToken = newTokenAt(contract.refreshToken, ({ refresh }) => refresh?.value, "refresh token");

  const { ends = [], refreshEnds = [] } = contract;
  const claims: End = { jwt: true };
  const read = { ...contract, ends: [...ends, claims], refreshEnds: [...refreshEnds, claims] };
  const grant = grantOf(read, asAnswered(reply)) ?? {};
  // A reply that extends a token may leave it to the login's to say for how long.
  const says = token !== undefined || grant.lifetime !== undefined || grant.instants !== undefined;
  const life = says ? shorter(lifeOf(grant, ends.length > 0, hour), lifetime) : undefined;
  const isTold = judged(withEnds(reply, ends, lifeFrom(0, life ?? hour))) !== undefined;
  if (!isTold) throw new UserError(`${api}: its document has no room for a lifetime of ${lifetime} s.`);
  return {
    reply,
    ends,
    ...(token && { token }),
    ...(life !== undefined && { life }),
    ...(refreshToken && {
      refreshToken: {
        ...refreshToken,
        ends: refreshEnds,
        life: lifeOf(grant.refresh ?? {}, refreshEnds.length > 0, day),
      },
    }),
  };
}

function lifeOf({ lifetime = 0, instants }: Ending, isStated: boolean, fallback: number): number {
  if (lifetime > 0) return lifetime;
  return isStated || instants !== undefined ? fallback : Number.POSITIVE_INFINITY;
}

/** The documented life, or the lifetime in seconds that a user gave, if that is shorter. */
function shorter(life: number, lifetime = Number.POSITIVE_INFINITY): number {
  return Math.min(life, lifetime * 1000);
}

/** Whether a header's own schema, if the token goes there, lets it stand there. */
function isInHeader(
  document: OpenApiDocument,
  { operation }: DocumentedCall,
  { status }: Reply,
  at: ReplyExpression,
  token: string,
): boolean {
  const [, name] = at.split("$response.header.");
  const { headers = {} } = operation.responses.get(String(status))?.node ?? {};
  const [, header] = Object.entries(headers).find(([each]) => each.toLowerCase() === name?.toLowerCase()) ?? [];
  if (!header) return true;
  const { schema } = resolve(document, header);
  const { pattern } = resolve<{ pattern?: unknown }>(document, (schema ?? {}) as { pattern?: unknown });
  return typeof pattern !== "string" || new RegExp(pattern, "u").test(token);
}

/** A life that begins now and lasts so many milliseconds. */
export function lifeFrom(now: number, life: number): Life {
  return { from: now, end: now + life };
}
