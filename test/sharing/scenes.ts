import { mkdir } from "node:fs/promises";
import { Rig, startCalls, type Worker } from "./rig.ts";
import { rightPassword, type SharedService, startService } from "./service.ts";
import type { Calls } from "./work.ts";

/** What a scene has found: figures, and what is wrong. */
export interface Found {
  figures: Record<string, number>;
  problems: string[];
}

interface Stage {
  rig: Rig;
  service: SharedService;
  store: Calls["store"];
}

export interface Scene {
  what: string;
  play(stage: Stage): Promise<Found>;
}

const second = 1000;
/** What a claim lasts beyond the timeout, as the README says. */
const slack = 5 * second;

/** Processes that begin at once. */
function begin({ rig, service }: Stage, count: number, work: Omit<Calls, "type" | "baseUrl">): Worker[] {
  service.processes = count;
  return startCalls(rig, count, { ...work, baseUrl: service.url });
}

/** What those that live have been told, whether the store was away for any apart. */
async function answersOf(workers: readonly Worker[]): Promise<Record<string, unknown>[]> {
  const living = workers.filter(({ child }) => child.signalCode === null);
  await Promise.all(living.map(({ ended }) => ended));
  const said = (await Promise.all(living.map((each) => (each.child.signalCode === null ? each.said() : [])))).flat();
  const isAway = said.some(({ store }) => store === "away");
  if (isAway)
    throw new Error("The store was away for a process, which is on its own then: the machine is too busy for this.");
  return said;
}

function tally(answers: readonly Record<string, unknown>[], member: "token" | "error"): Set<unknown> {
  return new Set(answers.flatMap((answer) => (answer[member] === undefined ? [] : [answer[member]])));
}

const expected = (isRight: boolean, problem: string): string[] => (isRight ? [] : [problem]);

const killedSender: Scene = {
  what: "20 processes, cold, wrong password, the sender killed",
  async play(stage) {
    const { service, store } = stage;
    const timeout = 4 * second;
    const work = { store, timeout, password: "a wrong password" };
    service.onArrival = ({ pid }) => {
      service.onArrival = () => {};
      process.kill(pid, "SIGKILL");
    };
    const workers = begin(stage, 20, work);
    const answers = await answersOf(workers);
    const [first, ...later] = service.arrivals;
    const within = later.filter(({ at }) => at - (first?.at ?? 0) < timeout);
    const errors = tally(answers, "error");
    return {
      figures: {
        sent: service.arrivals.length,
        "within the claim": 1 + within.length,
        "ms until the next": Math.round((later[0]?.at ?? Number.NaN) - (first?.at ?? Number.NaN)),
      },
      problems: [
        ...expected(within.length === 0, `${within.length} more were sent within the claim`),
        ...expected(later.length <= 1, `${later.length} were sent after it`),
        ...expected(answers.length === 19, `${answers.length} of 19 processes answered`),
        ...expected(tally(answers, "token").size === 0, "a wrong password brought a token"),
        ...expected(errors.has("refused") && errors.size <= 2, `errors are ${[...errors].join(", ")}`),
      ],
    };
  },
};

const oneLogin: Scene = {
  what: "50 processes, cold, right password",
  async play(stage) {
    const { service, store } = stage;
    const work = { store, timeout: 30 * second, password: rightPassword };
    const answers = await answersOf(begin(stage, 50, work));
    return {
      figures: { sent: service.arrivals.length, answered: answers.length },
      problems: [
        ...expected(service.arrivals.length === 1, `${service.arrivals.length} logins were sent`),
        ...expected(tally(answers, "token").size === 1, "they have different tokens"),
        ...expected(tally(answers, "error").size === 0, "some have none"),
        ...expected(answers.length === 50, `${answers.length} of 50 processes answered`),
      ],
    };
  },
};

const slowService: Scene = {
  what: "20 processes, a service slower than the timeout",
  async play(stage) {
    const { service, store } = stage;
    const timeout = 1.5 * second;
    service.delay = Infinity;
    const work = { store, timeout, password: rightPassword };
    const workers = begin(stage, 20, { ...work, lasts: timeout + slack + 5 * second });
    const answers = await answersOf(workers);
    const errors = tally(answers, "error");
    return {
      figures: { sent: service.arrivals.length, calls: answers.length },
      problems: [
        ...expected(service.arrivals.length === 1, `${service.arrivals.length} logins were sent`),
        ...expected(errors.size === 1 && errors.has("timeout"), `errors are ${[...errors].join(", ")}`),
      ],
    };
  },
};

const rotation: Scene = {
  what: "8 processes, rotating refresh tokens with reuse detection, senders killed before and after the answer",
  async play(stage) {
    const { service, store } = stage;
    const lasts = 40 * second;
    service.life = 2;
    service.delay = 50;
    let killed = 0;
    const work = { store, timeout: second, password: rightPassword, lasts };
    const workers = begin(stage, 8, work);
    service.onArrival = ({ type, pid }) => {
      if (type !== "refresh" || Math.random() > 0.15 || killed === 4) return;
      killed++;
      // Before it has the answer, or about when it has it, and has not stored it.
      setTimeout(() => process.kill(pid, "SIGKILL"), Math.random() < 0.5 ? 0 : service.delay + Math.random() * 6);
    };
    await answersOf(workers);
    const refreshes = service.arrivals.filter(({ type }) => type === "refresh").length;
    const logins = service.arrivals.length - refreshes;
    return {
      figures: { refreshes, logins, killed, reused: service.reused },
      problems: [
        ...expected(service.reused === 0, `${service.reused} refresh tokens were sent twice`),
        ...expected(refreshes > 5, `only ${refreshes} refreshes were sent`),
        ...expected(killed > 0, "nobody was killed"),
        ...expected(logins <= killed + 1, `${logins} logins were sent, with ${killed} deaths`),
      ],
    };
  },
};

export const scenes: readonly Scene[] = [killedSender, oneLogin, slowService, rotation];

/** Plays a scene with a service and processes of its own. `folder` takes what they say. */
export async function play(scene: Scene, worker: string, folder: string, store: Calls["store"]): Promise<Found> {
  await mkdir(folder, { recursive: true });
  await using service = await startService();
  const rig = new Rig(worker, folder);
  try {
    return await scene.play({ rig, service, store });
  } finally {
    await rig.end();
  }
}
