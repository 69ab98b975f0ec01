import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { apis } from "../support/apis.ts";
import { type Recorder, record } from "../support/record.ts";
import { running } from "../support/running.ts";
import { oneboxApi } from "./apis.ts";

let other: Recorder;
beforeEach(async () => {
  other = await record();
  return () => other.close();
});

/** What kept a call from being made. */
const codeOf = (call: Promise<Response>) =>
  call.then(
    ({ status }) => status,
    ({ code }: { code: string }) => code,
  );

class LyingUrl extends URL {
  override toString() {
    return `${other.url}/elsewhere`;
  }
}

class LyingHref extends URL {
  override get href() {
    return `${other.url}/elsewhere`;
  }
}

class LyingRequest extends Request {
  readonly #says: string;
  constructor(real: string, says: string) {
    super(real);
    this.#says = says;
  }
  override get url() {
    return this.#says;
  }
}

const own = (request: Request, url: string) => Object.defineProperty(request, "url", { value: url });

const port = (url: string) => new URL(url).port;

describe.each(apis)("the token goes only to the API's own origin: $name", (api) => {
  test.each<[string, (base: string) => string | URL | Request]>([
    ["another port", () => other.url],
    ["another port, as a URL", () => new URL(other.url)],
    ["another port, in a Request", () => new Request(other.url)],
    ["another port, in a Request with a body", () => new Request(other.url, { method: "POST", body: "x" })],
    ["another host", () => `http://localhost:${port(other.url)}/`],
    ["another host on the own port", (base) => `http://localhost:${port(base)}/`],
    ["another scheme", (base) => base.replace("http:", "https:")],
    ["a URL without its scheme", () => other.url.replace("http:", "")],
    ["a URL with backslashes", () => other.url.replace("http://", "\\\\")],
    ["a URL with blanks around it", () => ` ${other.url}\n`],
    ["a scheme of its own", () => "data:text/plain,token"],
    ["a file", () => "file:///etc/hostname"],
    ["a URL whose text differs", (base) => new LyingUrl(base)],
    ["a Request whose URL differs from what it says", (base) => own(new Request(other.url), base)],
    ["a Request of a subclass that says another URL", (base) => new LyingRequest(other.url, base)],
  ])("never to %s: it is refused before anything is sent", async (_, input) => {
    const { service, session, url } = await running(api);
    expect(await codeOf(session().fetch(input(url)))).toBe("insecure_url");
    expect([service.logins, service.calls(), other.requests.length]).toEqual([0, 0, 0]);
  });

  test.each<[string, (base: string) => string | URL | Request]>([
    ["a URL with a user and a password", (base) => base.replace("//", "//user:pass@")],
    ["a URL that looks like the own one", (base) => `${base}@127.0.0.1:${port(base)}/`],
  ])("%s is refused", async (_, input) => {
    const { service, session, url } = await running(api);
    expect(await codeOf(session().fetch(input(url)))).toBe("invalid_argument");
    expect([service.logins, service.calls(), other.requests.length]).toEqual([0, 0, 0]);
  });

  test.each<[string, (base: string) => string | URL | Request]>([
    ["a URL whose href differs", (base) => new LyingHref(base)],
    ["a Request that says another URL", (base) => own(new Request(base), other.url)],
    ["a Request of a subclass that says another URL", (base) => new LyingRequest(base, other.url)],
  ])("%s goes where it was checked to go, or nowhere", async (_, input) => {
    const { session, url } = await running(api);
    expect([200, "insecure_url"]).toContain(await codeOf(session().fetch(input(url))));
    expect(other.requests).toEqual([]);
  });
});

describe("a redirect is not followed, because custom headers survive one", () => {
  const statuses = [301, 302, 303, 307, 308];

  test.each(statuses)("%d on the own origin", async (status) => {
    const { service, session } = await running(oneboxApi);
    service.resource = () => new Response(null, { status, headers: { location: "/elsewhere" } });
    expect(await codeOf(session().fetch("/"))).toBe("redirected");
    expect(service.arrived.map(({ path }) => path)).toEqual(["/"]);
  });

  test.each(statuses)("%d elsewhere, whatever init says", async (status) => {
    const { service, session, url } = await running(oneboxApi);
    service.resource = () => new Response(null, { status, headers: { location: other.url } });
    const { fetch } = session();
    expect(await codeOf(fetch("/"))).toBe("redirected");
    expect(await codeOf(fetch("/", { redirect: "follow" }))).toBe("redirected");
    expect(await codeOf(fetch(new Request(url, { redirect: "follow" })))).toBe("redirected");
    expect(await codeOf(fetch(new Request(url), { redirect: "follow", method: "POST", body: "x" }))).toBe("redirected");
    expect([service.calls(), other.requests.length]).toEqual([4, 0]);
  });

  test("of a renewed request neither", async () => {
    const { service, session } = await running(oneboxApi);
    service.resource = () =>
      service.logins === 1
        ? { status: 401, body: "" }
        : new Response(null, { status: 307, headers: { location: other.url } });
    expect(await codeOf(session().fetch("/"))).toBe("redirected");
    expect([service.logins, other.requests.length]).toEqual([2, 0]);
  });

  test("of a fetch that follows it in spite of all is not passed on", async () => {
    const { service, session } = await running(oneboxApi);
    service.resource = ({ path }) =>
      path === "/"
        ? new Response(null, { status: 302, headers: { location: "/elsewhere" } })
        : { status: 200, body: "" };
    const { fetch } = session({
      fetch: (input, init) => globalThis.fetch(input, { ...init, redirect: "follow" }),
    });
    expect(await codeOf(fetch("/"))).toBe("redirected");
  });
});

describe("more only by allowedOrigins", () => {
  test("an origin that is allowed gets the token, and no other does", async () => {
    const { session } = await running(oneboxApi);
    const allowed = await record();
    onTestFinished(() => allowed.close());
    const { token, fetch } = session({ allowedOrigins: [allowed.url] });
    const { header } = await token();
    expect((await fetch(`${allowed.url}/files`)).status).toBe(200);
    expect(allowed.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/files", header.value],
    ]);
    expect(await codeOf(fetch(other.url))).toBe("insecure_url");
    expect(other.requests).toEqual([]);
  });

  test("over http only where the rules of the transport allow it", async () => {
    const { session } = await running(oneboxApi);
    const allowedOrigins = ["http://files.example.org"];
    expect(() => session({ allowedOrigins })).toThrow(expect.objectContaining({ code: "insecure_url" }));
    expect(() => session({ allowedOrigins, allowInsecureHttp: true })).not.toThrow();
    expect(() => session({ allowedOrigins: ["https://files.example.org"] })).not.toThrow();
  });

  test.each([
    "files.example.org",
    "*",
    "",
    "https://user:pass@files.example.org",
    "https://files.example.org?a",
    "data:,",
  ])("%j is no origin", async (origin) => {
    const { session } = await running(oneboxApi);
    expect(() => session({ allowedOrigins: [origin] })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(invalid_argument|insecure_url)$/) }),
    );
  });
});
