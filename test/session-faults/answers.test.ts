import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { LoginError } from "../../src/errors.ts";
import { entryOf, goodPassword } from "../support/calling.ts";
import { hours, minutes, seconds, testClock } from "../support/clock.ts";
import { type Answer, type Operation, operations, replyOf } from "../support/operations.ts";
import { serve } from "../support/serve.ts";

type Answering = (outgoing: ServerResponse) => void;

const html = { "content-type": "text/html" };
const json = { "content-type": "application/json" };

/** A page of whatever stands before the service. */
function page(status: number, headers: Record<string, string> = {}): Answering {
  return (outgoing) => outgoing.writeHead(status, { ...html, ...headers }).end("<html>Sorry</html>");
}

function whole(status: number, headers: Record<string, string>, body: string | Uint8Array = ""): Answering {
  return (outgoing) => outgoing.writeHead(status, headers).end(body);
}

/** Ends the connection after a part of what was promised. */
function cut(headers: Record<string, string>, part: string | Uint8Array): Answering {
  return (outgoing) => {
    outgoing.writeHead(200, { ...json, ...headers });
    outgoing.write(part, () => outgoing.destroy());
  };
}

/** A date by the service's own clock, which is nine hours behind. */
function retryDate(clock: () => number, after: number): Record<string, string> {
  const theirs = clock() - 9 * hours;
  return { "retry-after": new Date(theirs + after).toUTCString(), date: new Date(theirs).toUTCString() };
}

const clock = testClock();
const start = clock();
const inHalf = gzipSync(`{"token":"${"x".repeat(500)}"}`).subarray(0, 40);

/** What a login answers that no document has: the code that every call gets, and how long nothing is sent. */
const rows: [what: string, answer: Answering, code: string, length: number][] = [
  ...[300, 301, 302, 303, 304, 307, 308].map((status): (typeof rows)[number] => [
    `${status}`,
    whole(status, { location: "/elsewhere" }),
    "redirected",
    30 * seconds,
  ]),
  ["200, a page", page(200), "unexpected_reply", 30 * seconds],
  ["200 and nothing", whole(200, json), "unexpected_reply", 30 * seconds],
  ["200, JSON that is none", whole(200, json, '{"token":'), "unexpected_reply", 30 * seconds],
  ["200, another list", whole(200, json, "[1]"), "unexpected_reply", 30 * seconds],
  ["201 in another form", whole(201, json, '{"hello":"there"}'), "unexpected_reply", 30 * seconds],
  ["204", whole(204, {}), "unexpected_reply", 30 * seconds],
  ["206, a part", whole(206, json, '{"tok'), "unexpected_reply", 30 * seconds],
  ["a body that is cut", cut({ "content-length": "50" }, '{"token":'), "network", 30 * seconds],
  ["a body in chunks that is cut", cut({}, '{"token":'), "network", 30 * seconds],
  ["a compressed body that is cut", cut({ "content-encoding": "gzip" }, inHalf), "network", 30 * seconds],
  ["a connection that is cut", (outgoing) => outgoing.destroy(), "network", 30 * seconds],
  ["more than 1 MiB", whole(200, json, "x".repeat(2 ** 20 + 1)), "reply_too_large", 30 * seconds],
  ["nothing at all", () => {}, "timeout", 30 * seconds],
  ...[404, 405, 408, 410, 418, 425, 451].map((status): (typeof rows)[number] => [
    `${status}, a page`,
    page(status),
    "unexpected_reply",
    30 * seconds,
  ]),
  ...[400, 401, 403, 422].map((status): (typeof rows)[number] => [`${status}, a page`, page(status), "refused", hours]),
  ...[429, 500, 502, 503, 504].map((status): (typeof rows)[number] => [
    `${status}, a page`,
    page(status),
    "refused",
    30 * seconds,
  ]),
  ["408 for 10 minutes", page(408, { "retry-after": "600" }), "unexpected_reply", 10 * minutes],
  ["425 until a date", page(425, retryDate(clock, 20 * minutes)), "unexpected_reply", 20 * minutes],
  ["429 for 2 hours", page(429, { "retry-after": "7200" }), "refused", 2 * hours],
  ["429 until a date", page(429, retryDate(clock, 90 * minutes)), "refused", 90 * minutes],
  ["429 for ten days", page(429, { "retry-after": "864000" }), "refused", 24 * hours],
  ["503 for 10 minutes", page(503, { "retry-after": "600" }), "refused", 10 * minutes],
  ["503 for 2 hours", page(503, { "retry-after": "7200" }), "refused", hours],
  ["503 until a date", page(503, retryDate(clock, 40 * minutes)), "refused", 40 * minutes],
  ["503 until a date that is over", page(503, retryDate(clock, -hours)), "refused", 30 * seconds],
  ["503 until soon", page(503, { "retry-after": "soon" }), "refused", 30 * seconds],
];

const logins = operations.filter(({ kind }) => kind === "login");

/** A service that answers every login in the same way, until it is told another. */
const service = { url: "", logins: 0, answer: page(503) };

beforeAll(async () => {
  const served = await serve((incoming, outgoing) => {
    service.logins++;
    incoming.resume().once("end", () => service.answer(outgoing));
  });
  service.url = served.url;
  return () => served.close();
});

/** A session of the package against it. */
async function against({ api, credentials, secret }: Operation, answer: Answering, timeout = 10_000) {
  const { createSession } = await entryOf(api);
  const session = createSession({ ...credentials, [secret]: goodPassword }, { baseUrl: service.url, clock, timeout });
  onTestFinished(() => session.end());
  clock.move(start - clock());
  Object.assign(service, { logins: 0, answer });
  const code = () =>
    session.token().then(
      () => "fine",
      (error: LoginError) => error.code,
    );
  return { session, code };
}

function documented({ status, headers, body }: Answer): Answering {
  return whole(status, { ...json, ...headers }, JSON.stringify(body));
}

describe.each(logins)("$name: what no page documents is sent once, and tried again later", (operation) => {
  /** A status that the page lists says something of the login, whatever comes with it. */
  const listed = operation.contract.clientErrors ?? [];
  const own = rows.map(([what, answer, code, length]): (typeof rows)[number] => {
    const isListed = code === "unexpected_reply" && listed.includes(what.slice(0, 3));
    return isListed ? [what, answer, "refused", hours] : [what, answer, code, length];
  });

  test.each(own)("%s", async (what, answer, expected, length) => {
    const { session, code } = await against(operation, answer, what === "nothing at all" ? 50 : undefined);
    const codes = await Promise.all([code(), code(), code()]);
    expect([service.logins, new Set(codes)]).toEqual([1, new Set([expected])]);
    const wait = (session.state.retryAt?.getTime() ?? 0) - start;
    expect(wait).toBeGreaterThanOrEqual(length * 0.8);
    expect(wait).toBeLessThanOrEqual(length * 1.2);
    service.answer = documented(replyOf(operation));
    clock.move(wait - 1);
    expect(await code()).toBe(expected);
    clock.move(1);
    expect([await code(), service.logins]).toEqual(["fine", 2]);
  });
});

describe.each(logins)("$name: what its page documents", (operation) => {
  const replies = operation.documented.replies.filter(({ example }) => example["x-outcome"] !== "success");

  test.each(replies)("$name: waits as its outcome says", async ({ status, headers, example }) => {
    const { session, code } = await against(operation, documented({ status, headers, body: example.value }));
    expect([await code(), await code(), service.logins]).toEqual(["refused", "refused", 1]);
    const outcome = example["x-outcome"];
    const isForTheTime = outcome === "server_error" || outcome === "rate_limited";
    const wait = session.state.retryAt && session.state.retryAt.getTime() - start;
    if (outcome === "invalid_credentials") expect(wait).toBeUndefined();
    else expect(Math.round((wait ?? 0) / seconds / 10)).toBeCloseTo(isForTheTime ? 3 : 360, -1);
    expect(session.state.status).toBe(isForTheTime ? "waiting" : "refused");
  });
});
