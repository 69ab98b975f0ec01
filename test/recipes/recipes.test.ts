import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import type { Session } from "../../src/index.ts";
import { createCore } from "../../src/mock/core.ts";
import { handleOf } from "../../src/mock/handle.ts";
import { writeRecipes } from "./written.ts";

const recipes = await writeRecipes();
afterAll(() => recipes[Symbol.asyncDispose]());
const mock = handleOf(createCore(await readDocuments()));
const came = () => mock.requests.map(({ operation, scenario }) => `${operation}/${scenario}`);
const path = "/protected/refresh-login/products";
/** What follows a rejection: this API's refresh extends the token that was rejected, so that a login comes after it. */
const renewal = ["refresh/success", "login/success"];

const variables = {
  LOGIN_URL: "https://login.example.org",
  LOGIN_USER: "user-1",
  LOGIN_PASSWORD: "correct-password",
  VAULT_ADDR: "https://vault.example.org",
  VAULT_TOKEN: "vault-token",
};

beforeEach(() => {
  mock.reset();
  vi.stubGlobal("fetch", mock.fetch);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  };
});

interface Client {
  products(): Promise<unknown>;
}

const refused = { name: "LoginError", code: "refused" };

describe.each([
  ["ky.ts", refused],
  ["ofetch.ts", { name: "FetchError", cause: refused }],
  ["openapi-fetch.ts", refused],
  ["axios.ts", { isAxiosError: true, cause: refused }],
])("%s", (file, thrown) => {
  test("logs in, sends the token, and renews it once after a rejection", async () => {
    const { products } = await recipes.load<Client>(file);
    expect(await products()).toEqual({ api: "refresh-login" });
    mock.next("refresh-login/protected", "rejected");
    expect(await products()).toEqual({ api: "refresh-login" });
    expect(came()).toEqual([
      "login/success",
      "protected/success",
      "protected/rejected",
      ...renewal,
      "protected/success",
    ]);
  });

  test("a login that is refused is sent once, and reported at once as the page says", async () => {
    vi.stubEnv("LOGIN_PASSWORD", "wrong-password");
    const { products } = await recipes.load<Client>(file);
    const start = performance.now();
    await expect(products()).rejects.toMatchObject(thrown);
    expect(performance.now() - start).toBeLessThan(900);
    expect(came()).toEqual(["login/wrongPassword"]);
  });
});

describe("without-port.test.ts", () => recipes.load("without-port.test.ts"));

interface Module {
  session: Session;
}

describe("vault-session.ts", () => {
  /** A vault that answers in turn. */
  function openVault(...answers: (() => Response)[]): Request[] {
    const asked: Request[] = [];
    vi.stubGlobal("fetch", async (input: string | URL, init?: RequestInit) => {
      const request = new Request(input, init);
      if (new URL(request.url).host !== "vault.example.org") return mock.fetch(request);
      asked.push(request);
      return answers.shift()?.() ?? Response.error();
    });
    return asked;
  }
  const holding = (password: string) => () => Response.json({ data: { data: { user: "user-1", password } } });

  test("reads what the login needs, with the vault's own token", async () => {
    const asked = openVault(holding("correct-password"));
    const { session } = await recipes.load<Module>("vault-session.ts");
    expect((await session.fetch(path)).status).toBe(200);
    expect(asked.map(({ url }) => url)).toEqual(["https://vault.example.org/v1/secret/data/login"]);
    expect(asked[0]?.headers.get("x-vault-token")).toBe("vault-token");
    expect(came()).toEqual(["login/success", "protected/success"]);
  });

  test("while it is away nothing is sent, it says so with the cause, and asks again a second later", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    openVault(() => new Response(null, { status: 503 }), holding("correct-password"));
    const { session } = await recipes.load<Module>("vault-session.ts");
    const error = { code: "credentials_unavailable", cause: { message: "The vault answered 503." } };
    await expect(session.fetch(path)).rejects.toMatchObject(error);
    await expect(session.fetch(path)).rejects.toMatchObject(error);
    expect(came()).toEqual([]);
    vi.setSystemTime(Date.now() + 1_001);
    expect((await session.fetch(path)).status).toBe(200);
  });

  test("a good token goes on without it", async () => {
    openVault(holding("correct-password"));
    const { session } = await recipes.load<Module>("vault-session.ts");
    await session.fetch(path);
    expect((await session.fetch(path)).status).toBe(200);
  });

  test("a refused password is not sent again, and another one is", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const asked = openVault(holding("wrong-password"), holding("wrong-password"), holding("correct-password"));
    const { session } = await recipes.load<Module>("vault-session.ts");
    for (const _ of ["sent", "refused", "asked again"]) {
      await expect(session.fetch(path)).rejects.toMatchObject(refused);
      vi.setSystemTime(Date.now() + 20_000);
    }
    expect([asked.length, came()]).toEqual([2, ["login/wrongPassword"]]);
    vi.setSystemTime(Date.now() + 20_000);
    expect((await session.fetch(path)).status).toBe(200);
    expect(came().slice(1)).toEqual(["login/success", "protected/success"]);
  });
});

describe("telemetry.ts", () => {
  /** An SDK whose spans and metrics stay in memory. */
  function openTelemetry() {
    const spans = new InMemorySpanExporter();
    const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: points });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    onTestFinished(async () => {
      for (const each of [context, trace, metrics]) each.disable();
      await reader.shutdown();
    });
    return {
      spans: () => spans.getFinishedSpans(),
      /** The value of each of a metric's points, by its attributes. */
      async metric(name: string) {
        await reader.forceFlush();
        const all =
          points
            .getMetrics()
            .at(-1)
            ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
        const data = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
        return data.map(({ attributes, value }) => [Object.values(attributes).join(" "), value] as const);
      },
    };
  }

  test("spans, durations and counts of a login, a rejection and its renewal; none has a secret", async () => {
    const telemetry = openTelemetry();
    const { session } = await recipes.load<Module>("telemetry.ts");
    const tracer = trace.getTracer("the caller's");
    const parent = await tracer.startActiveSpan("GET /products", async (span) => {
      await session.fetch(path);
      span.end();
      return span.spanContext();
    });
    mock.next("refresh-login/protected", "rejected");
    await session.fetch(path);

    const spans = telemetry.spans().filter(({ name }) => name !== "GET /products");
    expect(spans.map(({ name, attributes }) => [name, attributes["login.outcome"]])).toEqual([
      ["login", "success"],
      ["renewal", "success"],
      ["login", "success"],
    ]);
    expect(spans[0]?.parentSpanContext).toMatchObject({ spanId: parent.spanId, traceId: parent.traceId });
    expect(await telemetry.metric("login.events")).toEqual([
      ["login success", 2],
      ["rejection replaced", 1],
      ["renewal success", 1],
    ]);
    const durations = await telemetry.metric("login.duration");
    expect(durations).toEqual([
      ["login success", expect.objectContaining({ count: 2 })],
      ["renewal success", expect.objectContaining({ count: 1 })],
    ]);
    const token = await session.token();
    const exported = JSON.stringify([
      spans.map(({ name, attributes, status }) => [name, attributes, status]),
      durations,
    ]);
    for (const secret of [variables.LOGIN_PASSWORD, token.value, token.refresh?.value])
      expect(exported).not.toContain(secret);
  });

  test("a refusal is an error of its span, for as long as the login took", async () => {
    const telemetry = openTelemetry();
    vi.stubEnv("LOGIN_PASSWORD", "wrong-password");
    mock.next("refresh-login/login", "wrongPassword", { delay: 50 });
    const { session } = await recipes.load<Module>("telemetry.ts");
    await expect(session.token()).rejects.toMatchObject(refused);
    const [span] = telemetry.spans();
    expect(span).toMatchObject({ name: "login", status: { code: 2, message: "unknown" } });
    const [seconds = 0, nanoseconds = 0] = span?.duration ?? [];
    expect(seconds + nanoseconds / 1e9).toBeGreaterThanOrEqual(0.049);
    expect((await telemetry.metric("login.events")).map(([name]) => name)).toEqual(["login unknown", "wait refused"]);
  });
});

describe.each(["session.ts", "vault-session.ts", "telemetry.ts", "app/session.ts"])("%s without a variable", (file) => {
  test("says what to set, whichever it is, and sends nothing", async () => {
    const needed = Object.entries(variables).filter(([name]) => recipes.files.get(file)?.includes(name));
    expect(needed.length).toBeGreaterThan(1);
    for (const [name, value] of needed) {
      vi.stubEnv(name, "");
      await expect(recipes.load(file), name).rejects.toThrow(/^Set LOGIN_URL, /);
      vi.stubEnv(name, value);
    }
    expect(came()).toEqual([]);
  });
});
