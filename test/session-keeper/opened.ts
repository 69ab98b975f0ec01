import { vi } from "vitest";
import type { LoginError } from "../../src/errors.ts";
import { connect, type FetchInit } from "../../src/http/options.ts";
import type { SessionEvent } from "../../src/session/events.ts";
import { Keeper, type KeeperMeans } from "../../src/session/keeper.ts";
import type { CredentialsSource } from "../../src/session/logins.ts";
import { ownPlace, type RecordPlace } from "../../src/store/place.ts";
import type { HeldToken, RecordEvent } from "../../src/store/record.ts";
import { minutes, seconds } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { apiOf, type Credentials, right } from "../support/login-service.ts";

/** Time stands still until a test lets it pass, timers with it. */
export const start: number = Date.UTC(2030, 0, 1);

export function standStill(): void {
  vi.useFakeTimers({ now: start, toFake: ["Date", "setTimeout", "clearTimeout"] });
}

/** Lets time pass, and whatever is due meanwhile happen. */
export async function pass(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** A record as a keeper sees it: in memory, but what others write is only seen when it is read. */
export interface TestPlace extends RecordPlace {
  /** Where another process writes, unseen. */
  others: RecordPlace;
  /** What the keeper brought into it. */
  changes: RecordEvent[];
  /** The ages that the keeper asked for when it looked for what others wrote. */
  reads: number[];
  /** What the next reading finds that others did. */
  news: ((others: RecordPlace) => unknown) | undefined;
  /** What is written lands when this is over, if there is such. */
  landing: Promise<void> | undefined;
}

export function testPlace(clock: () => number = Date.now): TestPlace {
  const others = ownPlace(clock);
  let writing = 0;
  return {
    others,
    changes: [],
    reads: [],
    news: undefined,
    landing: undefined,
    look: () => others.look(),
    async change(event) {
      this.changes.push(event);
      const changing = others.change(event);
      writing++;
      await this.landing;
      writing--;
      return changing;
    },
    async refresh(age) {
      this.reads.push(age);
      const { news } = this;
      this.news = undefined;
      await news?.(others);
      return news !== undefined;
    },
    writing() {
      return writing > 0 ? this.landing : undefined;
    },
    end: () => others.end(),
  };
}

/** A service that is a function: what it answers, when, and what it was sent. */
export interface TestService {
  status: number;
  headers: Record<string, string>;
  body: object;
  /** It answers when this is over. */
  thinks: Promise<void> | undefined;
  sent: string[];
  signals: AbortSignal[];
}

export const timeout: number = 10 * seconds;

/** How another process claims: for longer than any call waits. */
export const claim: RecordEvent = { type: "claimed", attempt: "theirs", timeout: minutes, refreshes: false };

export function tokenOf(value: string, life: number = 10 * minutes): HeldToken {
  return { id: `id of ${value}`, value, from: Date.now(), end: Date.now() + life };
}

export function grantOf(token: HeldToken, attempt = "theirs"): RecordEvent {
  return { type: "granted", attempt, token };
}

export interface Opened {
  keeper: Keeper<Credentials>;
  service: TestService;
  events: SessionEvent[];
  /** The records of all credentials that were asked for so far. */
  places: TestPlace[];
  /** The first of them, where it is known from the beginning. */
  place: TestPlace;
}

/** A keeper of right credentials, unless told otherwise. */
export function opened(
  given: Partial<KeeperMeans<Credentials>> & { timeout?: number; source?: CredentialsSource<Credentials> } = {},
): Opened {
  const events: SessionEvent[] = [];
  const service: TestService = {
    status: 200,
    headers: {},
    body: { token: "T1", in: 600 },
    thinks: undefined,
    sent: [],
    signals: [],
  };
  const places: TestPlace[] = [];
  async function fetch(url: string, { body, signal }: FetchInit) {
    service.sent.push(new URL(url).pathname.slice(1) + passwordIn(body));
    if (signal) service.signals.push(signal);
    const { status, headers, body: answer } = service;
    await service.thinks;
    return Response.json(answer, { status, headers });
  }
  const { source = right, timeout: own = timeout, clock = Date.now, ...means } = given;
  const keeper = new Keeper<Credentials>(
    {
      api: apiOf(),
      connection: connect(undefined, { baseUrl: "https://service.example", fetch, timeout: own }),
      lifetime: undefined,
      clock,
      tell: (event) => events.push(event),
      waitUntil: undefined,
      openPlace() {
        const place = testPlace(clock);
        places.push(place);
        return place;
      },
      ...means,
    },
    source,
  );
  return { keeper, service, events, places, place: places[0] as TestPlace };
}

/** Of a password that is not the right one, so that a test sees whose login was sent. */
function passwordIn(body: string | ArrayBuffer | undefined): string {
  const { password } = JSON.parse(String(body)) as Partial<Credentials>;
  return password === undefined || password === right.password ? "" : ` ${password}`;
}

/** What a call has come to so far: `pending`, the value of a token, or the code of an error. */
export function watched(call: Promise<HeldToken | unknown>): { outcome: unknown; error?: LoginError } {
  const watch: ReturnType<typeof watched> = { outcome: "pending" };
  call.then(
    (result) => {
      watch.outcome = (result as HeldToken | undefined)?.value ?? result;
    },
    (error: LoginError) => Object.assign(watch, { outcome: error.code ?? error, error }),
  );
  return watch;
}

/** Something that is under way until it is told to end. */
export function underWay(): { until: Promise<void>; end(): Promise<void> } {
  const { promise, resolve } = deferred();
  return {
    until: promise,
    async end() {
      resolve();
      await pass();
    },
  };
}
