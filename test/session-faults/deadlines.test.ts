import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { LoginError } from "../../src/errors.ts";
import type { Session } from "../../src/session/session.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { sharedPlace } from "../../src/store/shared.ts";
import { deferred } from "../support/deferred.ts";
import { json, type LoginService, right, startLoginService } from "../support/login-service.ts";
import { memoryRecords } from "../support/memory-records.ts";

/** Where a phase stops until it is told to go on; says when it was reached. */
function gate() {
  const reached = deferred();
  const opened = deferred();
  return {
    reached: reached.promise,
    open: () => opened.resolve(),
    pass(): Promise<void> {
      reached.resolve();
      return opened.promise;
    },
  };
}

type Gate = ReturnType<typeof gate>;

function sharing(records: RecordStore) {
  return { place: (_: unknown, means: Parameters<typeof sharedPlace>[2]) => sharedPlace(records, "login", means) };
}

/** Makes a session whose login stops in a phase. */
type Phase = (service: LoginService, stop: Gate) => Session | Promise<Session>;

const phases: Record<string, Phase> = {
  "the function for the credentials": (service, stop) =>
    service.session({}, async () => {
      await stop.pass();
      return right;
    }),
  "reading the store": (service, stop) => {
    const records = memoryRecords();
    const read = (name: string) => stop.pass().then(() => records.read(name));
    return service.session({ store: sharing({ ...records, read }) });
  },
  "the claim": (service, stop) => {
    const records = memoryRecords();
    const swap = (...args: Parameters<RecordStore["swap"]>) => stop.pass().then(() => records.swap(...args));
    return service.session({ store: sharing({ ...records, swap }) });
  },
  sending: (service, stop) => {
    const { login } = service;
    service.login = (outgoing, arrival) => void stop.pass().then(() => login(outgoing, arrival));
    return service.session();
  },
  "the body of the reply": (service, stop) => {
    service.good = "token-1";
    service.login = (outgoing) => {
      outgoing.writeHead(200, { "content-type": "application/json" });
      outgoing.write('{"token":', () => void stop.pass().then(() => outgoing.end('"token-1"}')));
    };
    return service.session();
  },
  "waiting for another": async (service, stop) => {
    const { login } = service;
    const store = sharing(memoryRecords());
    const sent = deferred();
    service.login = (outgoing, arrival) => {
      sent.resolve();
      void stop.pass().then(() => login(outgoing, arrival));
    };
    void service.session({ store }).token();
    await sent.promise;
    return service.session({ store });
  },
};

const reason = new DOMException("enough", "TimeoutError");

/** What a call rejects with that is given up in the phase, and how long it takes to. */
async function givenUp(call: (signal: AbortSignal) => Promise<unknown>, { reached }: Gate): Promise<unknown> {
  const controller = new AbortController();
  const calling = call(controller.signal).then(
    () => "fine",
    (error: unknown) => error,
  );
  await reached;
  await sleep(10);
  controller.abort(reason);
  return Promise.race([calling, sleep(1_000, "It does not settle.")]);
}

describe("a caller's own deadline ends its call in every phase, and nothing else", () => {
  test.each(Object.keys(phases))("token(): %s", async (phase) => {
    const service = await startLoginService();
    const stop = gate();
    const session = await (phases[phase] as Phase)(service, stop);
    const error = await givenUp((signal) => session.token({ signal }), stop);
    expect(error).toMatchObject({ code: "aborted", cause: reason } satisfies Partial<LoginError>);
    stop.open();
    expect([(await session.token()).value, service.logins]).toEqual(["token-1", 1]);
  });

  test.each(Object.keys(phases))("fetch: %s", async (phase) => {
    const service = await startLoginService();
    const stop = gate();
    const session = await (phases[phase] as Phase)(service, stop);
    expect(await givenUp((signal) => session.fetch("/a", { signal }), stop)).toBe(reason);
    expect(service.calls).toEqual([]);
    stop.open();
    expect([(await session.fetch("/a")).status, service.logins]).toEqual([200, 1]);
  });

  /** Makes a session that holds a token, and whose next `fetch` stops in a phase. */
  const later: Record<string, Phase> = {
    "the call": async (service, stop) => {
      const session = service.session();
      await session.token();
      service.call = () => void stop.pass();
      return session;
    },
    "the writing of a rejection": async (service, stop) => {
      const records = memoryRecords();
      let isHeld = false;
      const swap = async (...args: Parameters<RecordStore["swap"]>) => {
        if (isHeld) await stop.pass();
        return records.swap(...args);
      };
      const session = service.session({ store: sharing({ ...records, swap }) });
      await session.token();
      service.good = "";
      isHeld = true;
      return session;
    },
    "the login that follows": async (service, stop) => {
      const session = service.session();
      await session.token();
      service.good = "";
      service.login = () => void stop.pass();
      return session;
    },
    "the call that is sent again": async (service, stop) => {
      const session = service.session();
      await session.token();
      service.call = (outgoing, arrival) => {
        service.call = () => void stop.pass();
        json({}, 401)(outgoing, arrival);
      };
      return session;
    },
  };

  test.each(Object.keys(later))("fetch: %s", async (phase) => {
    const service = await startLoginService();
    const stop = gate();
    const session = await (later[phase] as Phase)(service, stop);
    expect(await givenUp((signal) => session.fetch("/a", { signal }), stop)).toBe(reason);
    stop.open();
  });
});

describe("waitUntil takes what goes on after a call", () => {
  test("a renewal that nobody waits for, a login whose only caller has left, and a rejection by hand", async () => {
    let now = Date.UTC(2030, 0, 1);
    const going: Promise<unknown>[] = [];
    const service = await startLoginService();
    const session = service.session({ clock: () => now, waitUntil: (work) => going.push(work) });
    const stop = gate();
    const { login } = service;
    service.login = (outgoing, arrival) => void stop.pass().then(() => login(outgoing, arrival));
    expect(await givenUp((signal) => session.token({ signal }), stop)).toMatchObject({ code: "aborted" });
    stop.open();
    await Promise.all(going.splice(0));
    expect([session.state.status, service.logins]).toEqual(["ready", 1]);

    now += 56 * 60_000;
    expect((await session.token()).value).toBe("token-1");
    expect(going).toHaveLength(1);
    await Promise.all(going.splice(0));
    const renewed = await session.token();
    expect([renewed.value, going]).toEqual(["token-2", []]);

    session.reject(renewed);
    await Promise.all(going);
    expect([going.length, session.state.status]).toEqual([1, "empty"]);
  });

  test("and one that throws, since its request has left, harms no call", async () => {
    const service = await startLoginService();
    const waitUntil = () => {
      throw new Error("This request has left.");
    };
    expect((await service.session({ waitUntil }).fetch("/a")).status).toBe(200);
  });
});
