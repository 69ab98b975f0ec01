import type { Call } from "../http/call.ts";
import type { RefusalReason } from "./outcome.ts";

/**
 * What the replies of one operation mean, as its document's `x-login` or `x-refresh` says it: data, which `judge` reads.
 * Schemas stand in it whole, without references.
 */
export interface ReplyContract {
  /** A reply is a success if it has one of these statuses and fits the schema wholly. */
  success: readonly SuccessReply[];
  /** A reply that is no success is a refusal if it fits one of these: what is required of a refusal, and no more. */
  refusal: readonly ReplySchema[];
  /** Where the token is. A login's success without it is none; a refresh's extends the token held. */
  token: ReplyExpression;
  refreshToken?: ReplyExpression;
  /** When the token ends: the earliest of these. */
  ends?: readonly End[];
  /** When the refresh token ends. */
  refreshEnds?: readonly End[];
  /** Where a refusal's code is: a string or a number. */
  code?: ReplyExpression;
  /** Where a refusal's message is: the first that is a text. */
  message?: readonly ReplyExpression[];
  /** What a refusal's code, status and message mean: the first rule that holds decides. */
  reasons?: readonly ReasonRule[];
  /** The statuses of 400 to 499 that the document lists, such as `404` or `4XX`. */
  clientErrors?: readonly string[];
}

export interface SuccessReply {
  /** An HTTP status, or `2XX` for any from 200 to 299. */
  status: string;
  schema: ReplySchema;
}

/**
 * Where something is in a reply, as OpenAPI's runtime expressions have it: `$response.body` for the whole body,
 * `$response.body#/…` for what a JSON Pointer leads to, `$response.header.…` for a header.
 */
export type ReplyExpression = `$response.body` | `$response.body#/${string}` | `$response.header.${string}`;

/** When a token ends. */
export type End =
  /** So many seconds from the reply, or milliseconds; or where the reply says how many. */
  | { in: number | ReplyExpression; unit?: "ms" }
  /** At an instant in the reply: a date and time with its offset, or seconds or milliseconds since the epoch. */
  | { at: ReplyExpression; unit?: "s" | "ms" }
  /** When the token's own claims say so: it is a JWT. */
  | { jwt: true };

/** What a refusal means. Whatever a rule names must hold. */
export interface ReasonRule {
  /** Compared as text. */
  code?: string;
  status?: number;
  /** A regular expression that the message contains, whatever the case of its letters. */
  message?: string;
  reason: RefusalReason;
}

/** How any other call says that a token is no longer good, or that it is (`rejected: false`). Whatever a rule names must hold. */
export interface RejectionRule {
  status: number;
  /** What the whole body fits. */
  schema?: ReplySchema;
  code?: string;
  message?: string;
  rejected?: false;
}

/** The part of JSON Schema that replies are judged by. */
export interface ReplySchema {
  type?: SchemaType | readonly SchemaType[];
  const?: Scalar;
  enum?: readonly Scalar[];
  not?: ReplySchema;
  required?: readonly string[];
  properties?: Readonly<Record<string, ReplySchema>>;
  additionalProperties?: false;
  items?: ReplySchema;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  anyOf?: readonly ReplySchema[];
}

export type SchemaType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

export type Scalar = string | number | boolean | null;

/** All that is known of one API's login: what its document says, as data, and how a call is made of credentials. */
export interface Api<Credentials extends object> {
  /** The name of its document. */
  name: string;
  /** Where it answers unless the caller says otherwise; absent where every installation has a host of its own. */
  host?: string;
  credentials: { readonly [Name in keyof Credentials]-?: CredentialRule };
  /** The header that carries a token to every other call, and what stands before it there. */
  header: { name: string; scheme?: string };
  rejection: readonly RejectionRule[];
  login: LoginContract<Credentials>;
  refresh?: RefreshContract<Credentials>;
}

/** What a credential must be. */
export interface CredentialRule extends Pick<ReplySchema, "type" | "enum"> {
  /** It may be left out. */
  optional?: true;
  /** It is a password: no text may hold it. */
  secret?: true;
}

export interface LoginContract<Credentials> extends ReplyContract {
  request(credentials: Credentials): Call;
}

export interface RefreshContract<Credentials> extends ReplyContract {
  /** The login's credentials that a refresh sends as well. */
  credentials: readonly (keyof Credentials & string)[];
  request(credentials: Credentials & { refreshToken: string }): Call;
  /** Which token goes into the token's own header: the one held, or the refresh token in its place. */
  authorization?: "token" | "refreshToken";
}
