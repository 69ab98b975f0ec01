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
  /** Where the token is that renews it. */
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

/** A reply that is a success. */
export interface SuccessReply {
  /** An HTTP status, or `2XX` for any from 200 to 299. */
  status: string;
  /** What its body fits wholly. */
  schema: ReplySchema;
}

/**
 * Where something is in a reply, as OpenAPI's runtime expressions have it: `$response.body` for the whole body,
 * `$response.body#/…` for what a JSON Pointer leads to, `$response.header.…` for a header.
 */
export type ReplyExpression = `$response.body` | `$response.body#/${string}` | `$response.header.${string}`;

/** When a token ends. */
export type End = EndAfter | EndAt | EndByClaims;

/** So long after the reply. */
export interface EndAfter {
  /** How many seconds, or where the reply says it. */
  in: number | ReplyExpression;
  /** They are milliseconds. */
  unit?: "ms";
}

/** At an instant that the reply names. */
export interface EndAt {
  /** Where it is: a date and time with its offset. */
  at: ReplyExpression;
  /** It is a number, of seconds or milliseconds since the epoch. */
  unit?: "s" | "ms";
}

/** When the token's own claims say so. */
export interface EndByClaims {
  /** The token is a JWT. */
  jwt: true;
}

/** What a refusal means. Whatever a rule names must hold. */
export interface ReasonRule {
  /** Compared as text. */
  code?: string;
  /** The HTTP status. */
  status?: number;
  /** A regular expression that the message contains, whatever the case of its letters. */
  message?: string;
  /** What it means then. */
  reason: RefusalReason;
}

/** How any other call says that a token is no longer good, or that it is (`rejected: false`). Whatever a rule names must hold. */
export interface RejectionRule {
  /** The HTTP status. */
  status: number;
  /** What the whole body fits. */
  schema?: ReplySchema;
  /** The code in the body, where the login's refusals have theirs; compared as text. */
  code?: string;
  /** A regular expression that the message contains, whatever the case of its letters. */
  message?: string;
  /** The token is still good. */
  rejected?: false;
}

/** The part of JSON Schema that replies are judged by. */
export interface ReplySchema {
  /** What a value is: one of these. */
  type?: SchemaType | readonly SchemaType[];
  /** The one value. */
  const?: Scalar;
  /** The values that there are. */
  enum?: readonly Scalar[];
  /** What a value must not fit. */
  not?: ReplySchema;
  /** The members that an object has. */
  required?: readonly string[];
  /** What an object's members fit. */
  properties?: Readonly<Record<string, ReplySchema>>;
  /** An object has no other members. */
  additionalProperties?: false;
  /** What each item of a list fits. */
  items?: ReplySchema;
  /** A regular expression that a text contains. */
  pattern?: string;
  /** A number's least. */
  minimum?: number;
  /** A number's most. */
  maximum?: number;
  /** What a value fits one of. */
  anyOf?: readonly ReplySchema[];
}

/** A type of JSON Schema. */
export type SchemaType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/** A value without members. */
export type Scalar = string | number | boolean | null;

/** All that is known of one API's login: what its document says, as data, and how a call is made of credentials. */
export interface Api<Credentials extends object> {
  /** The name of its document. */
  name: string;
  /** Where it answers unless the caller says otherwise; absent where every installation has a host of its own. */
  host?: string;
  /** What each credential must be. */
  credentials: { readonly [Name in keyof Credentials]-?: CredentialRule };
  /** The header that carries a token to every other call, and what stands before it there. */
  header: HeaderRule;
  /** How any other call says that the token is no longer good: the first rule that holds decides. */
  rejection: readonly RejectionRule[];
  /** The operation that logs in. */
  login: LoginContract<Credentials>;
  /** The operation that renews a token, where there is one. */
  refresh?: RefreshContract<Credentials>;
}

/** The header that carries a token. */
export interface HeaderRule {
  /** Such as `Authorization`. */
  name: string;
  /** What stands before the token, such as `Bearer`. */
  scheme?: string;
}

/** What a credential must be. */
export interface CredentialRule extends Pick<ReplySchema, "type" | "enum"> {
  /** It may be left out. */
  optional?: true;
  /** It is a password: no text may hold it. */
  secret?: true;
}

/** The operation that logs in. */
export interface LoginContract<Credentials> extends ReplyContract {
  /** The call that logs in with credentials. */
  request(credentials: Credentials): Call;
}

/** The operation that renews a token. */
export interface RefreshContract<Credentials> extends ReplyContract {
  /** The login's credentials that a refresh sends as well. */
  credentials: readonly (keyof Credentials & string)[];
  /** The call that renews a token by its refresh token. */
  request(credentials: Credentials & { refreshToken: string }): Call;
  /** Which token goes into the token's own header: the one held, or the refresh token in its place. */
  authorization?: "token" | "refreshToken";
}
