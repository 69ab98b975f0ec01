import { describe, expect, test } from "vitest";
import type { RejectionRule } from "../../src/login/contract.ts";
import { judgeCall } from "../../src/session/rejection.ts";
import { apiOf } from "../support/login-service.ts";

const json = { "content-type": "application/json" };

const schema = {
  type: "object",
  required: ["error"],
  properties: { error: { type: "string" }, message: { type: "string" } },
} as const;
const closed: RejectionRule = { status: 200, code: "expiré", schema: { ...schema, additionalProperties: false } };
const open: RejectionRule = { status: 200, code: "expiré", schema };

/** A reply that comes in parts, one for each time that it is read, and how often it was. */
function replyOf(parts: readonly (string | Uint8Array)[], headers: Record<string, string> = json, status = 200) {
  const left = [...parts];
  const source = { reads: 0, reason: undefined as unknown };
  const body = new ReadableStream(
    {
      pull(controller) {
        source.reads++;
        const part = left.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(typeof part === "string" ? new TextEncoder().encode(part) : part);
      },
      cancel(reason) {
        source.reason = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return { came: new Response(body, { status, headers }), source };
}

function judged(came: Response, rejection: readonly RejectionRule[]) {
  return judgeCall({ ...apiOf(rejection) }, came);
}

async function* partsOf(...parts: (string | Promise<string>)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(await part);
}

const [cutBefore, cutAfter] = [
  Buffer.from('{"error":"expiré"}').subarray(0, -3),
  Buffer.from('{"error":"expiré"}').subarray(-3),
];
const long = (length: number) => `{"error":"${"x".repeat(length - '{"error":"'.length)}`;

describe("a reply is read until it is decided", () => {
  test.each<[what: string, parts: (string | Uint8Array)[], reads: number, isRejection: boolean]>([
    ["a rejection", ['{"error":"expiré"}'], 1, true],
    ["white space around it", [' \n{"error":"expiré"}\n '], 1, true],
    ["white space before it, apart", [" ", "\n", '{"error":"expiré"}'], 3, true],
    ["in two parts", ['{"error":"exp', 'iré"}'], 2, true],
    ["in two parts of one character", [cutBefore, cutAfter], 2, true],
    ["another code", ['{"error":"other"}'], 1, false],
    ["an empty object", ["{}"], 1, false],
    ["nothing", [], 1, false],
    ["a list", ['["', "more"], 1, false],
    ["a text", ['"error', "more"], 1, false],
    ["an unknown member that is not whole", ['{"items":1', '2,"error":"expiré"}'], 2, false],
    ["an unknown member", ['{"items":1,', "more"], 1, false],
    ["an unknown member after a known one", ['{"error":"a","items":1,', "more"], 1, false],
    ["known members", ['{"error":"a","message":"b",', "more"], 3, false],
    ["a member of another type that is not whole", ['{"error":{"a":1,"b":2,', "more"], 3, false],
    ["an object as a member", ['{"error":{"a":1,"b":2},', "more"], 1, false],
    ["a list that is not whole", ['{"error":[1,2,', "more"], 3, false],
    ["a list as a member", ['{"error":[1,2],', "more"], 1, false],
    ["a comma in a text", ['{"error":"a,', 'b"}'], 2, false],
    ["a bracket in a text", ['{"error":"a{[","items":1,', "more"], 1, false],
    ["a closing bracket in a text", ['{"error":"}]}","message":"a,', "more"], 3, false],
    ["a quotation mark in a text", ['{"error":"a\\",","items":1', "more"], 3, false],
    ["a backslash in a text", ['{"error":"a\\\\","items":1,', "more"], 1, false],
    ["what only ends like an object", ['{"error":"}', '"}'], 2, false],
    ["a member that is inherited", ['{"toString":1,', "more"], 1, false],
    ["4 KiB", [long(4_096), '"}'], 2, false],
    ["more than 4 KiB", [long(4_097), '"}'], 1, false],
    ["more than 4 KiB at once", [`{"error":"expiré","message":"${"x".repeat(4_096)}"}`], 1, false],
    ["more than 4 KiB in parts", [long(4_000), "x".repeat(97), '"}'], 2, false],
  ])("%s", async (_, parts, reads, isRejection) => {
    const { came, source } = replyOf(parts);
    const { reply, ...rest } = await judged(came, [closed]);
    expect([rest.isRejection, source.reads]).toEqual([isRejection, reads]);
    const text = Buffer.concat(parts.map((part) => Buffer.from(part))).toString();
    expect(await reply.text()).toBe(text);
  });

  test.each<[what: string, rules: RejectionRule[], parts: string[], reads: number, isRejection: boolean]>([
    ["a schema that takes further members", [open], ['{"items":1,', '"error":"expiré"}'], 2, true],
    ["a member of it of another type", [open], ['{"error":1,', '"items":1}'], 1, false],
    ["a schema without properties", [{ status: 200, schema: { type: "object" } }], ['{"a":1,', '"b":2}'], 2, true],
    ["no schema", [{ status: 200, code: "expiré" }], ['{"items":1,', '"error":"expiré"}'], 2, true],
    ["one of several", [closed, open], ['{"items":1,', '"error":"expiré"}'], 2, true],
  ])("%s", async (_, rules, parts, reads, isRejection) => {
    const { came, source } = replyOf(parts);
    expect([(await judged(came, rules)).isRejection, source.reads]).toEqual([isRejection, reads]);
  });

  test("one that says how long it is, to its end", async () => {
    const text = '{"error":"other"}';
    const read = async (headers: Record<string, string>) => {
      const { came, source } = replyOf([text], { ...json, ...headers });
      const { reply } = await judged(came, [closed]);
      const { reads } = source;
      expect(await reply.text()).toBe(text);
      return reads;
    };
    expect(await read({ "content-length": `${text.length}` })).toBe(2);
    expect(await read({ "content-length": `${text.length + 1}` })).toBe(1);
    expect(await read({ "content-length": `${text.length}`, "content-encoding": "gzip" })).toBe(1);
  });
});

describe("it is given back as it came, unread", () => {
  const rejection = ['{"error":"expiré"}'];
  test.each<[what: string, rules: RejectionRule[], headers: Record<string, string>, isRejection: boolean]>([
    ["where no rule is of its status", [{ ...closed, status: 201 }], json, false],
    ["where the rules of its status are not of the body", [{ status: 200 }], json, true],
    ["where it is no JSON", [closed], { "content-type": "text/plain" }, false],
    ["where it says that it is longer than 4 KiB", [closed], { ...json, "content-length": "4097" }, false],
  ])("%s", async (_, rules, headers, isRejection) => {
    const { came, source } = replyOf(rejection, headers);
    const answer = await judged(came, rules);
    expect(answer.reply).toBe(came);
    expect([answer.isRejection, source.reads]).toEqual([isRejection, 0]);
  });

  test("where it has no body", async () => {
    const came = new Response(null, { headers: json });
    expect(await judged(came, [closed])).toEqual({ reply: came, isRejection: false });
  });

  test.each([
    ["4 KiB that are said", [closed], { ...json, "content-length": "4096" }],
    ["a rule of the message", [{ status: 200, message: "^late$" }], json],
  ])("and read with %s", async (_, rules, headers) => {
    const { came, source } = replyOf(rejection, headers);
    await judged(came, rules);
    expect(source.reads).toBeGreaterThan(0);
  });
});

describe("what is given back of a reply that was read", () => {
  test("is of its type, and so is its clone", async () => {
    const { came } = replyOf(['{"error":"other"}'], json);
    Object.defineProperties(came, { type: { value: "cors" }, url: { value: "https://service.example/a" } });
    const { reply } = await judged(came, [closed]);
    const clone = reply.clone();
    expect([reply.type, reply.url, clone.type, clone.url]).toEqual([came.type, came.url, came.type, came.url]);
    expect(clone.clone().url).toBe(came.url);
  });

  test("has its status text, also one that no Response is made with", async () => {
    const { came } = replyOf(['{"error":"other"}'], json);
    Object.defineProperty(came, "statusText", { value: "성공" });
    const { reply } = await judged(came, [closed]);
    expect([reply.statusText, reply.clone().statusText]).toEqual(["성공", "성공"]);
  });

  test("can be given up, and its source is told why", async () => {
    const { came, source } = replyOf(['{"items":1,', "more"]);
    const { reply } = await judged(came, [closed]);
    await reply.body?.cancel("enough");
    expect(source.reason).toBe("enough");
    const whole = replyOf(['{"error":"other"}'], { ...json, "content-length": "17" });
    const read = await judged(whole.came, [closed]);
    await expect(read.reply.body?.cancel("enough")).resolves.toBeUndefined();
    expect(whole.source.reason).toBeUndefined();
  });

  test("is the reply itself where it has no web stream: a copy is read", async () => {
    const came = (text: () => Promise<string>) =>
      ({ status: 200, headers: new Headers(json), body: {}, clone: () => ({ text }) }) as unknown as Response;
    const good = came(async () => '{"error":"expiré"}');
    expect(await judged(good, [closed])).toEqual({ reply: good, isRejection: true });
    const copied = (body: AsyncIterable<Uint8Array>) => ({ ...good, clone: () => ({ body }) }) as unknown as Response;
    const whole = copied(partsOf('{"error":"exp', 'iré"}'));
    expect(await judged(whole, [closed])).toEqual({ reply: whole, isRejection: true });
    // It waits for the reply, which nobody reads yet.
    const stuck = copied(partsOf("x".repeat(4_097), new Promise(() => {})));
    expect(await judged(stuck, [closed])).toEqual({ reply: stuck, isRejection: false });
    const broken = came(() => Promise.reject(new Error("broken")));
    expect(await judged(broken, [closed])).toEqual({ reply: broken, isRejection: false });
  });
});
