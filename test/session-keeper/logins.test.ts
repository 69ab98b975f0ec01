import { beforeEach, describe, expect, test } from "vitest";
import { connect } from "../../src/http/options.ts";
import { type CredentialsSource, Logins } from "../../src/session/logins.ts";
import { ownPlace, type RecordPlace } from "../../src/store/place.ts";
import { minutes, seconds, type TestClock, testClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { apiOf, type Credentials, right } from "../support/login-service.ts";

let clock: TestClock;
beforeEach(() => {
  clock = testClock();
});

function loginsOf(source: CredentialsSource<Credentials>) {
  const opened: Credentials[] = [];
  const { login, ...api } = apiOf();
  const logins = new Logins<Credentials>(
    {
      api: {
        ...api,
        login: {
          ...login,
          request: ({ password }) => ({ method: "GET", path: "/login", params: { header: { password } } }),
        },
      },
      connection: connect(undefined, { baseUrl: "https://service.example", timeout: 20 }),
      clock,
      openPlace(credentials) {
        opened.push(credentials);
        return ownPlace(clock);
      },
    },
    source,
  );
  return { logins, opened };
}

const named = (user: string): Credentials => ({ ...right, user });

async function grant(place: RecordPlace | undefined, value: string): Promise<void> {
  const token = { id: value, value, from: clock(), end: clock() + minutes };
  await place?.change({ type: "granted", attempt: value, token });
}

describe("credentials that stay as they are", () => {
  test("have their record at once, and nobody is asked", async () => {
    const { logins, opened } = loginsOf({ ...right, more: true } as Credentials);
    expect(opened).toEqual([right]);
    expect([logins.fixed, logins.places]).toEqual([logins.current, [logins.place]]);
    expect(logins.current).toEqual({ key: JSON.stringify(right), credentials: right, place: logins.place });
    expect([await logins.ask(), logins.asking.look()]).toEqual([undefined, {}]);
    expect([logins.mayAsk(clock()), logins.mayHaveOthers(clock())]).toEqual([true, false]);
  });

  test.each<[given: object, code: string]>([
    [{ user: "user" }, "invalid_argument"],
    [{ ...right, password: "a\nb" }, "unsendable_credential"],
  ])("and cannot be used are refused: %j", (given, code) => {
    expect(() => loginsOf(given as Credentials)).toThrow(code);
  });
});

describe("a function", () => {
  test("has no record before it was asked, is asked once at a time, and by nobody until its answer is settled", async () => {
    const given = deferred<Credentials>();
    let asked = 0;
    const { logins, opened } = loginsOf(() => {
      asked++;
      return given.promise;
    });
    expect([logins.current, logins.fixed, logins.places, logins.place]).toEqual([
      undefined,
      undefined,
      [],
      logins.asking,
    ]);
    const asking = logins.ask();
    expect(logins.asking.look().wait?.attempt?.until).toBe(clock() + 20 + 5 * seconds);
    expect(await logins.ask()).toBeUndefined();
    given.resolve(right);
    const login = await asking;
    expect([login?.credentials, asked, opened]).toEqual([right, 1, [right]]);
    expect(await logins.ask()).toBeUndefined();
    expect(logins.current).toBeUndefined();
    if (login) logins.settle(login);
    expect([logins.current, logins.fixed, logins.asking.look()]).toEqual([login, undefined, {}]);
    expect(await logins.ask()).toBe(login);
    expect([asked, opened.length]).toEqual([2, 1]);
  });

  const sealed = new Error("sealed");
  const unreadable = {
    ...right,
    get password(): string {
      throw sealed;
    },
  };
  test.each<[what: string, source: () => unknown, why: object]>([
    ["throws", () => Promise.reject(sealed), { code: "credentials_unavailable", cause: sealed }],
    ["hangs", () => new Promise(() => {}), { code: "credentials_unavailable", cause: { code: "timeout" } }],
    ["gives none", () => null, { code: "invalid_argument" }],
    ["gives what throws when it is read", () => unreadable, { code: "credentials_unavailable", cause: sealed }],
    ["gives what cannot be sent", () => ({ ...right, password: "a\nb" }), { code: "unsendable_credential" }],
  ])("that %s is asked again after a second, then two", async (_, source, why) => {
    const { logins, opened } = loginsOf(source as () => Credentials);
    for (const length of [seconds, 2 * seconds]) {
      expect(await logins.ask()).toBeUndefined();
      const { wait } = logins.asking.look();
      expect(wait).toMatchObject({ why, row: "unsent", until: clock() + length });
      expect(wait).not.toHaveProperty("attempt");
      clock.move(length);
    }
    expect([opened, logins.places]).toEqual([[], []]);
  });

  test("may be asked every 30 s, at once where that is forgotten or a clock was set back", async () => {
    const { logins } = loginsOf(() => right);
    const may = () => [logins.mayAsk(clock()), logins.mayHaveOthers(clock())];
    expect(may()).toEqual([true, true]);
    await logins.ask();
    expect(may()).toEqual([false, false]);
    clock.move(30 * seconds - 1);
    expect(may()).toEqual([false, false]);
    clock.move(1);
    expect(may()).toEqual([true, true]);
    clock.move(-30 * seconds - 1);
    expect(may()).toEqual([true, true]);
    clock.move(1);
    expect(may()).toEqual([false, false]);
    logins.forget();
    expect(may()).toEqual([true, true]);
  });

  test("that failed may be asked at once where that is forgotten", async () => {
    const { logins } = loginsOf(() => Promise.reject(sealed));
    await logins.ask();
    logins.forget();
    expect(logins.asking.look()).toEqual({});
  });

  test("that gives others by turns: the last four are remembered, whoever was asked for longest ago is not", async () => {
    let user = "";
    const { logins, opened } = loginsOf(() => named(user));
    for (user of ["a", "b", "c", "d", "a", "e", "a", "c", "b"]) {
      const login = await logins.ask();
      if (login) logins.settle(login);
      expect(logins.current?.credentials.user).toBe(user);
    }
    expect(opened.map((each) => each.user)).toEqual(["a", "b", "c", "d", "e", "b"]);
    expect(logins.places).toHaveLength(4);
  });

  test("and gives others: these take over where they have a token, or those before have none", async () => {
    let user = "a";
    const { logins } = loginsOf(() => named(user));
    const ask = async () => {
      const login = await logins.ask();
      if (login) logins.settle(login);
      return login;
    };
    const first = await ask();
    await grant(first?.place, "first");
    user = "b";
    const second = await ask();
    expect([logins.current, logins.place]).toEqual([first, first?.place]);
    await grant(second?.place, "second");
    if (second) logins.adopt(second);
    expect([logins.current, logins.place]).toEqual([second, second?.place]);
    clock.move(minutes);
    user = "c";
    expect(await ask()).toBe(logins.current);
  });

  test("and ends leaves nothing, also of a token in use whose login was forgotten, and opens nothing", async () => {
    let user = "a";
    const given = deferred<Credentials>();
    const { logins, opened } = loginsOf(() => (user === "z" ? given.promise : named(user)));
    const places = new Set<RecordPlace>();
    for (user of ["a", "b", "c", "d", "e"]) {
      const login = await logins.ask();
      if (login) logins.settle(login);
      await grant(login?.place, user);
      places.add(login?.place as RecordPlace);
    }
    user = "z";
    const asking = logins.ask();
    const { asking: asked } = logins;
    logins.end();
    given.resolve(right);
    expect(await asking).toBeUndefined();
    for (const place of [...places, asked]) {
      await grant(place, "late");
      expect(place.look()).toEqual({});
    }
    expect([logins.current, logins.places, await logins.ask(), opened.length]).toEqual([undefined, [], undefined, 5]);
    expect(() => logins.end()).not.toThrow();
  });
});
