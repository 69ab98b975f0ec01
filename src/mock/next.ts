import type { Reply } from "../openapi/scenarios.ts";
import { UserError } from "../openapi/user-error.ts";
import { type Delivery, faultNames, isDelay } from "./wire/faults.ts";

/** What an operation can be told to answer. */
export interface Target {
  api: string;
  name: string;
  replies: Reply[];
  /** Stands for every other call of the API. */
  isProtected?: true;
}

/** How an answer that a test orders is given. */
export interface NextOptions {
  /** The name of one of the API's operations, such as `login`, or `protected`: the same as `api/operation`. */
  operation?: string;
  /** How many answers: 1 unless told. */
  times?: number;
  /** One of X-Mock-Fault. */
  fault?: string;
  /** Milliseconds before the answer, up to a minute. */
  delay?: number;
}

const optionNames: readonly string[] = ["operation", "times", "fault", "delay"] satisfies (keyof NextOptions)[];

/** An answer that a test ordered. */
export interface Ordered {
  reply: Reply;
  delivery: Partial<Delivery>;
}

interface Order extends Ordered {
  targets: Target[];
  times: number;
}

/** Answers that a test ordered, the oldest first. */
export class Orders {
  #orders: Order[] = [];

  /** Throws a `UserError` that lists the choices, if there is no such API, operation, scenario or fault. */
  add(choices: readonly Target[], target: string, scenario: string, options: NextOptions): void {
    const { times = 1, fault, delay } = options;
    const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
    if (unknown !== undefined)
      throw new UserError(`There is no option "${unknown}". There are: ${optionNames.join(", ")}.`);
    const targets = targetsOf(choices, String(target), options.operation);
    const fitting = targets.filter(({ replies }) => replies.some(({ name }) => name === scenario));
    const [reply] = fitting.flatMap(({ replies }) => replies.filter(({ name }) => name === scenario));
    if (!reply) {
      const names = [...new Set(targets.flatMap(({ replies }) => replies.map(({ name }) => name)))];
      throw new UserError(`${target} has no scenario "${scenario}". There are: ${names.join(", ")}.`);
    }
    if (!Number.isSafeInteger(times) || times < 1) throw new UserError("times is a whole number, 1 or more.");
    if (fault !== undefined && !faultNames.includes(fault))
      throw new UserError(`There is no fault "${fault}". There are: ${faultNames.join(", ")}.`);
    if (delay !== undefined && !isDelay(delay))
      throw new UserError("delay is a whole number of milliseconds, from 0 to 60000.");
    const delivery = { ...(fault !== undefined && { fault }), ...(delay !== undefined && { delay }) };
    this.#orders.push({ targets: fitting, reply, delivery, times });
  }

  /** Takes what was ordered for a request to an operation. */
  take({ api, name }: Pick<Target, "api" | "name">): Ordered | undefined {
    const order = this.#orders.find(({ targets }) =>
      targets.some((target) => target.api === api && target.name === name),
    );
    if (!order) return undefined;
    order.times -= 1;
    if (order.times === 0) this.#orders = this.#orders.filter((each) => each !== order);
    const own = order.targets.find((target) => target.api === api && target.name === name);
    const reply = own?.replies.find((each) => each.name === order.reply.name) ?? order.reply;
    return { reply, delivery: order.delivery };
  }

  clear(): void {
    this.#orders = [];
  }
}

/** An API's operations, or the one that is named; every other call, `protected`, only by its name. */
function targetsOf(choices: readonly Target[], target: string, operation: string | undefined): Target[] {
  const apis = [...new Set(choices.map(({ api }) => api))];
  const api = apis.find((name) => target === name || target.startsWith(`${name}/`));
  if (api === undefined) throw new UserError(`There is no API "${target}". There are: ${apis.join(", ")}.`);
  const own = choices.filter((choice) => choice.api === api);
  const wanted = operation ?? (target === api ? undefined : target.slice(api.length + 1));
  if (wanted === undefined) return own.filter(({ isProtected }) => !isProtected);
  const named = own.filter(({ name }) => name === wanted);
  if (named.length > 0) return named;
  const names = own.map(({ name }) => name).join(", ");
  throw new UserError(`${api} has no operation "${wanted}". There are: ${names}.`);
}
