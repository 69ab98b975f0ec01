import { afterEach, beforeEach, expect, test } from "vitest";
import { openSession } from "../../src/session/session.ts";
import type { SessionStore } from "../../src/store/place.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { sharedPlace } from "../../src/store/shared.ts";
import { memoryRecords } from "../support/memory-records.ts";
import { apiWith } from "./service.ts";
import { chance, VirtualTime } from "./time.ts";

const count = 1_000;
const minute = 60_000;

let time: VirtualTime;
let random: () => number;
let uninstall: () => void;
beforeEach(() => {
  time = new VirtualTime();
  random = chance(14);
  uninstall = time.install(random);
});
afterEach(() => uninstall());

const later = (delay: number) => new Promise<void>((resolve) => time.later(delay, resolve));

/** A store that takes some milliseconds there, and some back. */
function distant(records: RecordStore): RecordStore {
  async function far<Result>(work: () => Promise<Result>): Promise<Result> {
    await later(1 + 20 * random());
    const result = await work();
    await later(1 + 20 * random());
    return result;
  }
  return {
    read: (name) => far(() => records.read(name)),
    swap: (...args) => far(() => records.swap(...args)),
  };
}

/** What as many cold processes, whose clocks differ by ten minutes, get within half a second of each other. */
async function answersOf(reply: object): Promise<{ sent: number; answers: Map<string, number> }> {
  const records = distant(memoryRecords(() => time.now));
  const store: SessionStore = { place: (_, means) => sharedPlace(records, "login", means) };
  let sent = 0;
  const answers = new Map<string, number>();
  async function start(): Promise<void> {
    const offset = (random() - 0.5) * 20 * minute;
    await later(500 * random());
    const session = openSession(
      apiWith(false, true),
      { user: "user", password: "password" },
      {
        store,
        clock: () => time.now + offset,
        async fetch() {
          sent++;
          await later(700);
          return Response.json(reply);
        },
      },
    );
    const answer = await session.token().then(
      ({ value }) => value,
      ({ code }) => code,
    );
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    session.end();
  }
  const started = Promise.all(Array.from({ length: count }, start));
  await time.pass(minute);
  await started;
  return { sent, answers };
}

test(`${count} cold processes log in once`, async () => {
  const { sent, answers } = await answersOf({ ok: true, token: "token", in: 3600 });
  expect([sent, ...answers]).toEqual([1, ["token", count]]);
});

test(`${count} cold processes send a wrong password once`, async () => {
  const { sent, answers } = await answersOf({ error: "wrong" });
  expect([sent, ...answers]).toEqual([1, ["refused", count]]);
});
