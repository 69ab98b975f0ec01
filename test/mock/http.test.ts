import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw } from "./raw.ts";
import { json, type ServedMock, serveMock } from "./served.ts";

let mock: ServedMock;
beforeAll(async () => {
  mock = await serveMock();
});
afterAll(() => mock.close());

describe("requests that no document describes are answered", () => {
  const lines = [
    ["an unknown path", "GET", "/nowhere", 404],
    ["a path with a slash more", "GET", "/login/", 404],
    ["a path in another case", "GET", "/Login", 404],
    ["a way around", "GET", "/api/%2e%2e/login", 405],
    ["a method that the path has not", "DELETE", "/login", 405],
    ["an unknown method", "PROPFIND", "/login", 405],
    ["broken percent-encoding", "POST", "/api/%zz/login", 400],
    ["percent-encoding that is no UTF-8", "POST", "/api/%ff/login", 400],
    ["an empty path parameter", "POST", "/api//login", 422],
    ["OPTIONS without a question", "OPTIONS", "/login", 200],
  ] as const;
  const texts: [name: string, text: string, status: number][] = [
    ["CONNECT", "CONNECT localhost:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405],
    ["TRACE", "TRACE /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404],
    ["an absolute target", "GET http://other.example/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 422],
    [
      "an absolute target without a path",
      "GET http://other.example?a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      404,
    ],
    ["a method that HTTP does not know", "SHOUT / HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["no HTTP at all", "\u0016\u0003\u0001\r\n\r\n", 400],
    ["no Host", "GET /login HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    [
      "two lengths",
      "POST /api/authenticate HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
    ["a head of 20 kB", `GET /login HTTP/1.1\r\nHost: x\r\nPassword: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["an upgrade", "GET /login HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n", 422],
    ["an expectation", "GET /login HTTP/1.1\r\nHost: x\r\nExpect: more\r\nConnection: close\r\n\r\n", 417],
    [
      "two media types, of which the first counts",
      "POST /api/authenticate HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
      415,
    ],
    [
      "a header given twice",
      "GET /login HTTP/1.1\r\nHost: x\r\nUser-Name: a\r\nUser-Name: b\r\nConnection: close\r\n\r\n",
      402,
    ],
  ];
  it("with a status of their own", async () => {
    const closing = "Host: x\r\nConnection: close\r\nContent-Length: 0";
    const short = lines.map(([name, method, path, status]) => {
      return [name, `${method} ${path} HTTP/1.1\r\n${closing}\r\n\r\n`, status] as const;
    });
    for (const [name, text, status] of [...short, ...texts])
      expect((await sendRaw(mock.url, text)).received.slice(0, 13), name).toBe(`HTTP/1.1 ${status} `);
  });

  it("404 lists the operations, 405 the methods", async () => {
    expect((await (await fetch(`${mock.url}/nowhere`)).json()).operations).toEqual([
      "POST /api/{companyId}/login",
      "GET /login",
      "POST /api/authenticate",
      "POST /v1/api/auth/login",
      "POST /v1/api/auth/refresh",
    ]);
    expect((await fetch(`${mock.url}/login`, { method: "POST" })).headers.get("allow")).toBe("GET");
  });

  it("HEAD is a GET without the body", async () => {
    const headers = { "User-Name": "user_test", Password: "wrong_password" };
    const [head, get] = await Promise.all(
      ["HEAD", "GET"].map((method) => fetch(`${mock.url}/login`, { method, headers })),
    );
    const same = (response?: Response) => [response?.status, response?.headers.get("content-length")];
    expect(same(head)).toEqual(same(get));
    expect(await head?.text()).toBe("");
    expect((await fetch(`${mock.url}/_mock/scenarios`, { method: "HEAD" })).status).toBe(200);
  });

  it("up to 1 MiB of body is read, and more is a 413 once all of it was sent", async () => {
    const sized = (length: number) => json(`"${"a".repeat(length - 2)}"`);
    const status = async (length: number) => (await fetch(`${mock.url}/api/authenticate`, sized(length))).status;
    expect(await status(1024 * 1024)).toBe(422);
    expect(await status(1024 * 1024 + 1)).toBe(413);
    const start = performance.now();
    const length = 11 * 1024 * 1024;
    const head = `POST /api/authenticate HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
    const { received, error } = await sendRaw(mock.url, head + "a".repeat(length));
    expect([received.slice(0, 12), error]).toEqual(["HTTP/1.1 413", undefined]);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("a page of another origin", () => {
  const origin = { Origin: "https://page.example" };

  it("may ask for every operation with its headers and the mock's own", async () => {
    const asked = ["user-name", "password", "prefer", "x-mock-delay", "x-mock-fault", "content-type", "authorization"];
    for (const [path, method] of [
      ["/login", "GET"],
      ["/api/acme/login", "POST"],
      ["/v1/api/auth/refresh", "POST"],
    ] as const) {
      const { status, headers } = await fetch(mock.url + path, {
        method: "OPTIONS",
        headers: { ...origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": asked.join() },
      });
      const allowed = headers.get("access-control-allow-headers")?.toLowerCase().split(", ") ?? [];
      const own = path === "/login" ? asked : asked.slice(2);
      expect(status).toBe(200);
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-allow-methods")).toBe(method);
      expect(allowed.sort()).toEqual([...own].sort());
    }
  });

  it("may read every answer, and which scenario it is", async () => {
    for (const path of ["/login", "/nowhere", "/", "/%zz"]) {
      const { headers } = await fetch(mock.url + path, { headers: origin });
      const cors = [...headers].filter(([name]) => name.startsWith("access-control-"));
      expect([path, cors]).toEqual([
        path,
        [
          ["access-control-allow-origin", "*"],
          ["access-control-expose-headers", "x-mock-scenario"],
        ],
      ]);
    }
  });
});

describe("the log", () => {
  it("has a line for every request, with operation, scenario, status and time, and nothing of what was sent", async () => {
    const other = await serveMock();
    const canary = "canary-51d8";
    const headers = { "User-Name": canary, Password: canary, Prefer: canary, "X-Mock-Fault": canary };
    const body = { email: canary, password: canary, siteId: canary };
    await fetch(`${other.url}/login?password=${canary}`, { headers: { "User-Name": canary, [canary]: canary } });
    await fetch(`${other.url}/${canary}/login?${canary}`, { headers });
    await fetch(`${other.url}/api/${canary}/login`, json(canary));
    await fetch(`${other.url}/api/authenticate?${canary}`, json(body, { Prefer: `example=${canary}` }));
    await fetch(`${other.url}/api/authenticate`, json(body));
    await fetch(`${other.url}/login`, { method: "OPTIONS", headers: { "Access-Control-Request-Method": canary } });
    await sendRaw(
      other.url,
      `GET /login HTTP/1.1\r\nHost: ${canary}\r\nPassword: ${canary}\r\nX-Mock-Fault: reset\r\n\r\n`,
    );
    await expect.poll(() => other.log.length).toBe(7);
    expect(other.log.map((line) => line.replace(/\d+\.\d ms$/, "<time>"))).toEqual([
      "header-login login missingPassword 402 <time>",
      "- - - 400 <time>",
      "esignon login malformedBody 200 <time>",
      "onebox login - 400 <time>",
      "onebox login success 200 <time>",
      "- - - 200 <time>",
      "header-login login missingUserName - reset <time>",
    ]);
    expect(other.log.join()).not.toContain(canary);
    await other.close();
  });
});
