import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fits } from "../../src/login/fits.ts";
import { type AnyReply, at } from "../../src/login/place.ts";
import { factor, seed } from "../support/fuzzing.ts";
import { type JudgedCall, judgedCalls, loginDocuments } from "../support/login-documents.ts";
import { changesOf } from "../support/mutations.ts";
import { operations } from "../support/operations.ts";

/** Generated replies for each operation. */
const runs = 3000 * factor;

/** What a reply comes to, as far as both judges say it. */
interface Outcome {
  ok?: boolean;
  reason?: string;
  code?: string;
  message?: string;
  thrown?: unknown;
}

function outcomeOf(judge: () => object): Outcome {
  try {
    const { ok, reason, code, message } = judge() as Outcome;
    return ok ? { ok } : ({ ok: false, reason, code, message } as Outcome);
  } catch (error) {
    return { thrown: (error as Error).message };
  }
}

interface Difference {
  call: JudgedCall;
  reply: AnyReply;
  before: Outcome;
  after: Outcome;
}

const isOnly = (member: keyof Outcome, { before, after }: Difference) =>
  JSON.stringify({ ...before, [member]: 0 }) === JSON.stringify({ ...after, [member]: 0 });
const isByStatus = ({ code, message }: Outcome, { status }: AnyReply) =>
  code === `${status}` && message === `HTTP ${status}`;
/** The adapters read no success or failure off a status below 400: what they say of such a reply is the body's. */
const isOfBody = (outcome: Outcome, reply: AnyReply) =>
  outcome.ok === false && (reply.status < 400 || !isByStatus(outcome, reply));
const texts = ({ call, reply }: Difference) =>
  (call.call.contract.message ?? []).map((place) => at(place, reply)).filter((value) => typeof value === "string");
const isRefusal = ({ call, reply }: Difference) =>
  call.call.contract.refusal.some((schema) => fits(schema, reply.body));

/** The sentences of DESIGN.md that ask for another judgement than the adapters', and where each applies. */
const sentences: Record<string, (difference: Difference) => boolean> = {
  "A refusal fits in what its schema requires, on any status.": (difference) => {
    const { before, after, reply } = difference;
    const wasUnheard = before.thrown !== undefined || isByStatus(before, reply);
    return wasUnheard && after.ok === false && isRefusal(difference);
  },
  "A refusal fits in what its schema requires; an `enum` of codes is open, but never takes the value that a success has as its `const` there.":
    (difference) => {
      const { before, after, reply } = difference;
      const isUnheard = after.thrown !== undefined || isByStatus(after, reply);
      return isOfBody(before, reply) && isUnheard && !isRefusal(difference);
    },
  "`code` says where it is: any text or number there.": (difference) =>
    isOnly("code", difference) && !Number.isInteger(Number(difference.after.code)),
  "HTTP says it itself with any other 4xx that the document lists; everything else is no answer about the login.": (
    difference,
  ) => {
    const { before, after, reply } = difference;
    const isClientError = reply.status >= 400 && reply.status < 500;
    return isClientError && isByStatus(before, reply) && after.thrown !== undefined && !isRefusal(difference);
  },
  "A body without a code has the HTTP status for one.": (difference) =>
    isOnly("code", difference) && difference.before.code === "",
  "`message` is a list of which the first text counts.": (difference) =>
    isOnly("message", difference) &&
    (difference.before.message === "" || texts(difference).find((text) => text !== "") === difference.after.message),
};

const calls = loginDocuments("openapi")
  .filter(({ document }) => JSON.stringify(document.paths).includes('"x-login":'))
  .flatMap(judgedCalls);

describe.each(calls)("$name", (call) => {
  const [api, operationId] = call.name.split(", ");
  const adapter = operations.find((each) => each.api === api && each.operationId === operationId);
  if (!adapter) throw new Error(`${call.name} has no adapter.`);
  const compare = ({ status, body, headers }: AnyReply) => ({
    before: outcomeOf(() => adapter.judge({ status, body })),
    after: outcomeOf(() => call.judge({ status, body, headers })),
  });

  test("every documented reply comes to what the adapter makes of it", () => {
    for (const reply of call.replies) {
      const { before, after } = compare(reply);
      expect([reply.name, after]).toEqual([reply.name, before]);
    }
  });

  test(`${runs} changed replies: where the two differ, a sentence of the design asks for it`, () => {
    const asked = new Map<string, number>();
    fc.assert(
      fc.property(changesOf(call.replies), (reply) => {
        const difference = { call, reply, ...compare(reply) };
        if (JSON.stringify(difference.before) === JSON.stringify(difference.after)) return;
        const [sentence] = Object.entries(sentences).find(([, applies]) => applies(difference)) ?? [];
        expect(sentence, JSON.stringify({ reply, before: difference.before, after: difference.after })).toBeDefined();
        asked.set(sentence ?? "", (asked.get(sentence ?? "") ?? 0) + 1);
      }),
      { numRuns: runs, seed },
    );
    process.stdout.write(`${call.name}: ${JSON.stringify(Object.fromEntries(asked))} of ${runs}\n`);
  });
});
