import { openSession, type Session } from "../../src/session/session.ts";
import { apiWith, type Caller, Service } from "./service.ts";
import { chance, VirtualTime } from "./time.ts";

/**
 * `tsx test/simulation/steady.ts`: what a day comes to where nothing changes any more: logins, and calls that fail though
 * they need not.
 */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

interface Scene {
  what: string;
  /** Milliseconds between two calls; where `hosts` call by turns, between two of each. */
  every?: number;
  hosts?: number;
  /** Which of several hosts calls: each in its turn, or one by chance. */
  who?: "each" | "one";
  /** How many milliseconds of a day are simulated; what they come to is scaled to a day. */
  lasts?: number;
  /** Two days, each for itself: what is remembered on the first costs nothing, or less, on the second. */
  isLasting?: boolean;
  life?: number;
  paths?: readonly string[];
  /** Whether tokens say how long they last. */
  declares?: boolean;
  hasRefresh?: boolean;
  change?: (service: Service, time: number) => void;
  /** Whether a call that fails at that time could have been answered. */
  isUnfair?: (status: number | undefined, path: string, time: number) => boolean;
}

const isOffline = (time: number) => Math.floor(time / minute) % 10 === 0;

const scenes: readonly Scene[] = [
  { what: "one path always answers 401", paths: ["/call", "/always-401"] },
  {
    what: "two hosts that log each other out, a call of one of them every 10 s",
    hosts: 2,
    who: "one",
    life: 7 * day,
    change: exclusive,
  },
  {
    what: "two hosts that log each other out, a call of one of them every second",
    hosts: 2,
    who: "one",
    life: 7 * day,
    every: second,
    lasts: 4 * hour,
    change: exclusive,
  },
  {
    what: "two hosts that log each other out, a call of each every 10 s",
    hosts: 2,
    life: 7 * day,
    change: exclusive,
  },
  {
    what: "two hosts that log each other out, a call of each every second",
    hosts: 2,
    life: 7 * day,
    every: second,
    lasts: 4 * hour,
    change: exclusive,
  },
  { what: "lives of 20 s, undeclared", life: 20 * second, declares: false, every: second, lasts: 4 * hour },
  { what: "lives of 45 s, undeclared", life: 45 * second, declares: false, every: second, lasts: 4 * hour },
  { what: "lives of 90 s, undeclared", life: 90 * second, declares: false, every: second, lasts: 4 * hour },
  { what: "lives of 8 s, undeclared", life: 8 * second, declares: false, every: second, lasts: 4 * hour },
  {
    what: "a wrong password",
    isLasting: true,
    change: (service) => set(service, "wrong password"),
    isUnfair: () => false,
  },
  {
    what: "a shapeless 400",
    isLasting: true,
    change: (service) => set(service, "shapeless"),
    isUnfair: () => false,
  },
  { what: "busy for a day", change: (service) => set(service, "unavailable"), isUnfair: () => false },
  {
    what: "offline one minute in ten",
    every: second,
    change: (service, time) => set(service, isOffline(time) ? "offline" : "good"),
    isUnfair: (status, _, time) => status !== 200 && !isOffline(time),
  },
  {
    what: "a service that extends a revoked token",
    hasRefresh: true,
    life: 5 * minute,
    change: (service, time) => {
      service.refresh = "extends";
      if (time % (20 * minute) < 10 * second) service.revokeAll();
    },
  },
];

function exclusive(service: Service): void {
  service.isExclusive = true;
}

function set(service: Service, mode: Service["login"]): void {
  service.login = mode;
}

async function run(scene: Scene): Promise<void> {
  const { what, every = 10 * second, hosts = 1, who = "each", lasts = day } = scene;
  const { life = 30 * minute, paths = ["/call"], declares = true } = scene;
  const days = scene.isLasting ? 2 : 1;
  const isUnfair = scene.isUnfair ?? ((status, path) => status !== 200 && path !== "/always-401");
  const time = new VirtualTime();
  const random = chance(1);
  const service = new Service(time, random);
  service.life = life;
  const sendsByDay: number[] = [];
  let unfair = 0;
  let calls = 0;
  const began = time.now;
  const uninstall = time.install(random);
  try {
    const sessions = Array.from({ length: hosts }, (_, id) => {
      const caller: Caller = {
        id,
        isDead: () => false,
        sends: () => {
          const today = Math.floor((time.now - began) / lasts);
          sendsByDay[today] = (sendsByDay[today] ?? 0) + 1;
          return { arrives() {}, over() {} };
        },
        calls() {},
        isRejected() {},
        extends() {},
      };
      return openSession(
        apiWith(scene.hasRefresh === true, declares),
        { user: "user", password: "right" },
        {
          fetch: service.fetchFor(caller),
          clock: () => time.now,
        },
      );
    });
    while (time.now < began + days * lasts) {
      scene.change?.(service, time.now - began);
      const callers = who === "each" ? sessions : [sessions[Math.floor(random() * hosts)] as Session];
      for (const { fetch } of callers) {
        for (const path of paths) {
          const at = time.now - began;
          calls++;
          const note = (status: number | undefined) => {
            if (isUnfair(status, path, at)) unfair++;
          };
          fetch(path).then(
            ({ status }) => note(status),
            () => note(undefined),
          );
        }
        await time.pass(every / callers.length);
      }
    }
    for (const { end } of sessions) end();
    await time.pass(minute);
  } finally {
    uninstall();
  }
  const share = ((100 * unfair) / calls).toFixed(2);
  const logins = Array.from({ length: days }, (_, each) => Math.round(((sendsByDay[each] ?? 0) * day) / lasts)).join(
    ", then ",
  );
  process.stdout.write(`| ${what} | ${logins} | ${share} % |\n`);
}

process.stdout.write("| | logins a day | calls that fail unfairly |\n|---|---|---|\n");
for (const scene of scenes) await run(scene);
