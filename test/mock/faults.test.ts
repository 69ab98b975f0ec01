import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw } from "./raw.ts";
import { type ServedMock, serveMock } from "./served.ts";

const canary = "canary-7f3a";
const valid = { "User-Name": "user_test", Password: "wrong_password" };

let mock: ServedMock;
beforeAll(async () => {
  mock = await serveMock();
});
afterAll(() => mock.close());

const ask = (fault: string, init: RequestInit = {}) =>
  fetch(`${mock.url}/login?${canary}`, { redirect: "manual", headers: { ...valid, "X-Mock-Fault": fault }, ...init });

describe("X-Mock-Fault", () => {
  const raw = (fault: string) =>
    sendRaw(
      mock.url,
      `GET /login?${canary} HTTP/1.1\r\nHost: ${canary}\r\nUser-Name: ${canary}\r\nPassword: ${canary}\r\nConnection: close\r\nX-Mock-Fault: ${fault}\r\n\r\n`,
    );

  it("reset resets the connection without a byte", async () => {
    expect(await raw("reset")).toEqual({ received: "", error: "ECONNRESET" });
  });

  it("truncate sends all of the head and half of the body", async () => {
    const { received, error } = await raw("truncate");
    const [head = "", body = ""] = received.split("\r\n\r\n");
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    expect(head).toMatch(/^HTTP\/1.1 200 OK/);
    expect([body.length, error]).toEqual([Math.floor(length / 2), undefined]);
    expect(body.length).toBeGreaterThan(10);
    await expect(ask("truncate").then((response) => response.text())).rejects.toThrow();
  });

  it("empty sends the status and no body", async () => {
    const response = await ask("empty");
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      401,
      "application/json",
      "",
    ]);
  });

  it("html sends the status and a page", async () => {
    const response = await ask("html");
    expect([response.status, response.headers.get("content-type")]).toEqual([401, "text/html"]);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  it("redirect leads to one fixed place, method and body kept", async () => {
    const places = await Promise.all(
      [`/login?next=//evil.example`, "/nowhere"].map((path) =>
        fetch(mock.url + path, { redirect: "manual", headers: { "X-Mock-Fault": "redirect", Host: "evil.example" } }),
      ),
    );
    expect(places.map(({ status, headers }) => [status, headers.get("location")])).toEqual([
      [307, "/redirected"],
      [307, "/redirected"],
    ]);
  });

  it("redirect can be followed", async () => {
    const response = await ask("redirect", { redirect: "follow" });
    expect([response.status, response.redirected, new URL(response.url).pathname]).toEqual([404, true, "/redirected"]);
  });

  it.each([
    ["429", "1"],
    ["503", "1"],
    ["500", null],
  ])("%s is that status, with the time to wait of %s, and no scenario's answer", async (fault, wait) => {
    const { status, headers } = await ask(fault);
    expect([status, headers.get("retry-after"), headers.get("content-type"), headers.get("x-mock-scenario")]).toEqual([
      Number(fault),
      wait,
      "application/problem+json",
      "login/-",
    ]);
  });

  it("hang answers nothing, and ends when the client leaves", async () => {
    const before = mock.arrivals();
    const leaving = new AbortController();
    const asked = ask("hang", { signal: leaving.signal });
    await expect.poll(mock.arrivals).toBe(before + 1);
    leaving.abort();
    await expect(asked).rejects.toThrow("aborted");
    await expect.poll(() => mock.log.at(-1)).toMatch(/^header-login login wrongPassword - hang \d/);
  });

  it("hang ends when the mock is closed", async () => {
    const other = await serveMock();
    const hanging = sendRaw(other.url, "GET /login HTTP/1.1\r\nHost: x\r\nX-Mock-Fault: hang\r\n\r\n");
    await expect.poll(other.arrivals).toBe(1);
    await other.close();
    expect((await hanging).received).toBe("");
    await expect.poll(() => other.log.at(-1)).toMatch(/ - hang \d/);
  });

  it("of another name is a 400 that lists the faults", async () => {
    const faults = ["reset", "truncate", "empty", "html", "redirect", "hang", "429", "500", "503"];
    for (const fault of ["nope", "", "RESET", "constructor", "reset, hang"]) {
      const response = await ask(fault);
      expect({ fault, status: response.status, body: await response.json() }).toMatchObject({
        status: 400,
        body: { faults },
      });
    }
  });

  it("reflects nothing that was sent", async () => {
    for (const fault of ["reset", "truncate", "empty", "html", "redirect", "429", "500", "503", "nope"])
      expect((await raw(fault)).received, fault).not.toContain(canary);
  });

  it("damages the mock's own answers as well", async () => {
    const response = await fetch(`${mock.url}/nowhere`, { headers: { "X-Mock-Fault": "html" } });
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "text/html"]);
  });
});

describe("X-Mock-Delay", () => {
  const timed = async (delay: string, headers: Record<string, string> = {}) => {
    const start = performance.now();
    const response = await fetch(`${mock.url}/login`, { headers: { ...valid, "X-Mock-Delay": delay, ...headers } });
    await response.text();
    return { status: response.status, took: performance.now() - start };
  };

  it("holds the answer back for so many milliseconds", async () => {
    const { status, took } = await timed("150");
    expect(status).toBe(401);
    // A timer may fire a millisecond early.
    expect(took).toBeGreaterThanOrEqual(149);
  });

  it("holds a fault back too", async () => {
    const { took } = await timed("150", { "X-Mock-Fault": "html" });
    expect(took).toBeGreaterThanOrEqual(149);
  });

  it("of 0 is none", async () => {
    expect((await timed("0")).status).toBe(401);
  });

  it("that is no number of milliseconds up to a minute is a 400 at once", async () => {
    for (const delay of ["-1", "1.5", "60001", "100000", "1e3", "soon", "", "0x10", "1, 2"]) {
      const { status, took } = await timed(delay);
      expect(status, delay).toBe(400);
      expect(took, delay).toBeLessThan(1000);
    }
  });

  it("of a minute is ended by a client that leaves, and by the mock's end", async () => {
    const other = await serveMock();
    const ask = () =>
      fetch(`${other.url}/login`, { headers: { ...valid, "X-Mock-Delay": "60000" }, signal: leaving.signal });
    const leaving = new AbortController();
    const left = ask();
    await expect.poll(other.arrivals).toBe(1);
    leaving.abort();
    await expect(left).rejects.toThrow("aborted");
    await expect.poll(() => other.log.at(-1)).toMatch(/^header-login login wrongPassword - \d/);
    const ended = sendRaw(other.url, "GET /login HTTP/1.1\r\nHost: x\r\nX-Mock-Delay: 60000\r\n\r\n");
    await expect.poll(other.arrivals).toBe(2);
    await other.close();
    expect((await ended).received).toBe("");
  });
});
