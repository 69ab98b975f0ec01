import { openSession } from "../../src/session/session.ts";
import { apiWith, type Caller, Service } from "./service.ts";
import { chance, VirtualTime } from "./time.ts";

/**
 * `tsx test/simulation/steady.ts`: what a day comes to where nothing changes any more: logins, and calls that fail though
 * they need not.
 */
const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

interface Scene {
  what: string;
  /** Milliseconds between the calls of one host. */
  every?: number;
  hosts?: number;
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
  { what: "two hosts that log each other out, a call every 10 s", hosts: 2, life: day, change: exclusive },
  {
    what: "two hosts that log each other out, a call every second",
    hosts: 2,
    life: day,
    every: second,
    change: exclusive,
  },
  { what: "lives of 20 s, undeclared", life: 20 * second, declares: false, every: second },
  { what: "lives of 45 s, undeclared", life: 45 * second, declares: false, every: second },
  { what: "lives of 90 s, undeclared", life: 90 * second, declares: false, every: second },
  { what: "a wrong password", change: (service) => set(service, "wrong password"), isUnfair: () => false },
  { what: "a shapeless refusal of it", change: (service) => set(service, "not permitted"), isUnfair: () => false },
  { what: "busy for a day", change: (service) => set(service, "unavailable"), isUnfair: () => false },
  {
    what: "offline one minute in ten",
    life: 5 * minute,
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
  const { what, every = 10 * second, hosts = 1, life = 30 * minute, paths = ["/call"], declares = true } = scene;
  const isUnfair = scene.isUnfair ?? ((status, path) => status !== 200 && path !== "/always-401");
  const time = new VirtualTime();
  const random = chance(1);
  const service = new Service(time, random);
  service.life = life;
  let sends = 0;
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
          sends++;
          return { arrives() {}, over() {} };
        },
        calls() {},
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
    while (time.now < began + day) {
      scene.change?.(service, time.now - began);
      for (const { fetch } of sessions) {
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
        await time.pass(every / hosts);
      }
    }
    for (const { end } of sessions) end();
    await time.pass(minute);
  } finally {
    uninstall();
  }
  const share = ((100 * unfair) / calls).toFixed(2);
  process.stdout.write(`${what}: ${sends} logins a day, ${share} % of the calls fail unfairly\n`);
}

for (const scene of scenes) await run(scene);
