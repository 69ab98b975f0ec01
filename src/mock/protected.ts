import type { RejectionRule } from "../login/contract.ts";
import { isRejection } from "../login/judge.ts";
import { at } from "../login/place.ts";
import type { DocumentedCall, DocumentedLogin } from "../openapi/login.ts";
import type { Reply } from "../openapi/scenarios.ts";
import { isSuccess } from "./match/credentials.ts";
import type { MockedApi } from "./match/operation.ts";

/** The name that stands for every other call, in the log, in `next` and in X-Mock-Scenario. */
export const protectedName = "protected";

/** `/protected/<api>`, which stands for every other call of an API. */
export interface ProtectedCalls {
  api: string;
  /** The header that carries the token, and what stands before it there. */
  header: DocumentedLogin["header"];
  /** `success`, then every way to say that the token is no longer good; the first is what a bad token gets. */
  replies: Reply[];
  /** The tokens of the documented successes. */
  tokens: ReadonlySet<string>;
}

/** Nothing, if the document does not say how its token is used. */
export function protectedCalls({ name, operations, login }: MockedApi): ProtectedCalls | undefined {
  if (!login) return undefined;
  const documented = operations.flatMap(({ replies, requests }) =>
    replies.map((reply) => ({ reply, isReplyOnly: !requests.some((request) => request.name === reply.name) })),
  );
  // What a wrong password is answered says little about a token.
  const ordered = [...documented].sort((one, other) => Number(other.isReplyOnly) - Number(one.isReplyOnly));
  const rejections = login.rejection.flatMap((rule) => rejectionOf(login, rule, ordered));
  const success: Reply = {
    name: "success",
    status: 200,
    headers: {},
    mediaType: "application/json",
    example: { value: { api: name }, "x-outcome": "success" },
  };
  return {
    api: name,
    header: login.header,
    replies: [success, ...(rejections.length > 0 ? withOwnNames(rejections) : [rejected(401)])],
    tokens: new Set(tokensOf(login, operations)),
  };
}

interface Candidate {
  reply: Reply;
  isReplyOnly: boolean;
}

/** The reply that a rule is about: a documented one, or, where the status alone says it, one without a body. */
function rejectionOf(login: DocumentedLogin, rule: RejectionRule, candidates: Candidate[]): Reply[] {
  if (rule.rejected === false) return [];
  const needsBody = rule.schema !== undefined || rule.code !== undefined || rule.message !== undefined;
  const fitting = candidates.find(({ reply, isReplyOnly }) => {
    const { status, mediaType, headers, example } = reply;
    const isBody = mediaType !== undefined && status === rule.status && !isSuccess(reply);
    const said = { status, headers: { ...headers, "content-type": mediaType ?? "" }, body: example.value };
    const isSaid = isBody && isRejection(login.contract, [rule], said);
    // An earlier rule may say of the same body that the token is still good.
    return isSaid && isRejection(login.contract, login.rejection, said) && (isReplyOnly || needsBody);
  });
  if (fitting) return [fitting.reply];
  return needsBody ? [] : [rejected(rule.status)];
}

function rejected(status: number): Reply {
  return { name: "rejected", status, headers: {}, example: { value: undefined } };
}

/** Two rules may have led to one reply, or to one name. */
function withOwnNames(replies: Reply[]): Reply[] {
  return [...new Set(replies)].map((reply, index, all) => {
    const isTaken = all.slice(0, index).some(({ name }) => name === reply.name);
    return isTaken ? { ...reply, name: `${reply.name}${reply.status}` } : reply;
  });
}

function tokensOf(login: DocumentedLogin, operations: MockedApi["operations"]): string[] {
  const calls: DocumentedCall[] = [login, ...(login.refresh ? [login.refresh] : [])];
  return calls.flatMap(({ operation, contract }) => {
    const own = operations.find(({ method, path }) => method === operation.method && path === operation.path);
    return (own?.replies ?? []).filter(isSuccess).flatMap(({ status, headers, example }) => {
      const token = at(contract.token, { status, headers, body: example.value });
      return typeof token === "string" ? [token] : [];
    });
  });
}
