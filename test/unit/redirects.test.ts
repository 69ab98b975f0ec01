import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { operations } from "../support/operations.ts";
import { answerJson, record } from "../support/record.ts";

type OnRequest = (callback: { request: Request }) => Request;

const other = await record((response) => answerJson(response, { token: "stolen" }));
/** What the first server redirects with. */
let redirect = { status: 302, location: "" };
const first = await record((response) =>
  response.writeHead(redirect.status, { location: redirect.location }).end("moved"),
);
afterAll(() => Promise.all([first.close(), other.close()]));
beforeEach(() => {
  first.requests.length = 0;
  other.requests.length = 0;
  redirect = { status: 302, location: `${other.url}/elsewhere` };
});

const rejectedWith = (code: string) => expect.objectContaining({ name: "LoginError", code });

function expectSeen(atFirst: number): void {
  expect(first.requests).toHaveLength(atFirst);
  expect(other.requests).toHaveLength(0);
}

const baseUrl = first.url;
const statuses = [301, 302, 303, 307, 308];
const targets = [
  { target: "another origin", location: `${other.url}/elsewhere` },
  { target: "its own origin", location: `${first.url}/elsewhere` },
  { target: "a path", location: "/elsewhere" },
];
const redirects = targets.flatMap((target) => statuses.map((status) => ({ ...target, status })));

describe.each(operations)("$name", (operation) => {
  describe.each(redirects)("redirected by $status to $target", ({ status, location }) => {
    beforeEach(() => {
      redirect = { status, location };
    });

    test("login or refresh rejects, and follows nothing", async () => {
      await expect(operation.open({ baseUrl }).call()).rejects.toEqual(rejectedWith("redirected"));
      expectSeen(1);
    });

    test("the raw client rejects, and follows nothing", async () => {
      await expect(operation.open({ baseUrl }).raw()).rejects.toEqual(rejectedWith("redirected"));
      expectSeen(1);
    });

    test("with a middleware that asks to follow", async () => {
      const { client, call, raw } = operation.open({ baseUrl });
      client.use({ onRequest: (({ request }) => new Request(request, { redirect: "follow" })) as OnRequest });
      await expect(call()).rejects.toEqual(rejectedWith("redirected"));
      await expect(raw()).rejects.toEqual(rejectedWith("redirected"));
      expectSeen(2);
    });

    test("with a fetch of the caller's that hands on what it gets", async () => {
      const { call } = operation.open({ baseUrl, fetch: (input, init) => globalThis.fetch(input, init) });
      await expect(call()).rejects.toEqual(rejectedWith("redirected"));
      expectSeen(1);
    });

    test("with a middleware that asks to follow, and a fetch of the caller's that hands on only the request", async () => {
      const { client, call } = operation.open({ baseUrl, fetch: (input) => globalThis.fetch(input) });
      client.use({ onRequest: (({ request }) => new Request(request, { redirect: "follow" })) as OnRequest });
      await expect(call()).rejects.toEqual(rejectedWith("redirected"));
      expectSeen(1);
    });
  });

  test("a fetch that follows in spite of what it is told is found out, and what it brings is refused", async () => {
    redirect.status = 307;
    const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, { ...init, redirect: "follow" });
    await expect(operation.open({ baseUrl, fetch }).call()).rejects.toEqual(rejectedWith("redirected"));
    await expect(operation.open({ baseUrl, fetch }).raw()).rejects.toEqual(rejectedWith("redirected"));
    // Whoever brings such a fetch has sent the credentials there himself, before any client could know.
    expect(other.requests).toHaveLength(2);
  });

  const evil = {
    fetch: { fetch: (_: unknown, init: RequestInit) => globalThis.fetch(other.url, init) },
    baseUrl: { baseUrl: other.url },
    redirect: { redirect: "follow" },
    Request: {
      Request: class extends Request {
        constructor(_: string, init: RequestInit) {
          super(other.url, init);
        }
      },
    },
    pathSerializer: { pathSerializer: () => `${other.url}/elsewhere` },
  };
  const all = Object.assign({}, ...Object.values(evil)) as object;

  test.each(Object.entries(evil))("the option %s of a call is refused before anything is sent", async (_, option) => {
    await expect(operation.open({ baseUrl }).raw(option)).rejects.toEqual(rejectedWith("invalid_argument"));
    expectSeen(0);
  });

  test.each(Object.keys(evil))("the option %s is refused even where it is undefined", async (name) => {
    const { raw } = operation.open({ baseUrl });
    await expect(raw({ [name]: undefined })).rejects.toEqual(rejectedWith("invalid_argument"));
    expectSeen(0);
  });

  test("options that hide from the check change nothing", async () => {
    const { client, init } = operation.open({ baseUrl });
    /** Says that it has no such option, and hands it over when it is copied. */
    const hiding = (option: object) =>
      new Proxy({ ...init, ...option }, { has: (target, name) => !(name in all) && Reflect.has(target, name) });
    const options = [...Object.values(evil), all].map(hiding);
    const send = (option: object) => client[operation.method](operation.path, option);
    for (const option of options) await expect(send(option)).rejects.toThrow(/^(redirected|insecure_url)/);
    client.use({ onRequest: () => undefined });
    for (const option of options) await expect(send(option)).rejects.toThrow(/^(redirected|insecure_url)/);
    expect(other.requests).toHaveLength(0);
  });

  describe("a middleware that moves the request", () => {
    class Disguised extends Request {
      override get url() {
        return `${first.url}/login`;
      }
    }
    test.each<[string, OnRequest]>([
      ["to another origin", ({ request }) => new Request(`${other.url}/elsewhere`, request)],
      [
        "to another port by its own URL",
        ({ request }) => new Request(request.url.replace(first.url, other.url), request),
      ],
      ["behind a false URL", ({ request }) => new Disguised(`${other.url}/elsewhere`, request)],
      ["to another scheme", ({ request }) => new Request(request.url.replace("http:", "https:"), request)],
    ])("%s sends nothing", async (_, onRequest) => {
      const { client, call, raw } = operation.open({ baseUrl });
      client.use({ onRequest });
      await expect(call()).rejects.toEqual(rejectedWith("insecure_url"));
      await expect(raw()).rejects.toEqual(rejectedWith("insecure_url"));
      await expect(operation.open({ baseUrl }).raw({ middleware: [{ onRequest }] })).rejects.toEqual(
        rejectedWith("insecure_url"),
      );
      expectSeen(0);
    });

    test.each([
      "https://example.org.example.com",
      "https://example.org:8443",
      "https://example.orgs",
      "http://example.org",
    ])("from https://example.org to %s sends nothing", async (elsewhere) => {
      const seen: unknown[] = [];
      const fetch: typeof globalThis.fetch = async (input) => {
        seen.push(input);
        return Response.json({});
      };
      const { client, call } = operation.open({ baseUrl: "https://example.org", fetch });
      client.use({ onRequest: ({ request }) => new Request(`${elsewhere}/login`, request) });
      await expect(call()).rejects.toEqual(rejectedWith("insecure_url"));
      expect(seen).toEqual([]);
    });

    test("within its origin is allowed", async () => {
      const { client, raw } = operation.open({ baseUrl });
      client.use({ onRequest: (({ request }) => new Request(`${first.url}/moved`, request)) as OnRequest });
      await expect(raw()).rejects.toEqual(rejectedWith("redirected"));
      expect(first.requests.map(({ url }) => url)).toEqual(["/moved"]);
    });
  });
});
