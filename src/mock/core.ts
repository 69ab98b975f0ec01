import type { ApiDocument } from "../openapi/document.ts";
import { collisionsOf, collisionText } from "../openapi/operations.ts";
import { headerName, readOperations } from "../openapi/scenarios.ts";
import { UserError } from "../openapi/user-error.ts";
import { type Answer, problem, Unanswerable } from "./answer.ts";
import { createDecider, type Decision } from "./decide.ts";
import { type NextOptions, Orders } from "./next.ts";
import { hiding, type RecordedRequest, RequestRecord } from "./record.ts";
import type { LoginService } from "./service/service.ts";
import type { Service } from "./service.ts";
import { anyOrigin, scenarioHeader } from "./wire/cors.ts";
import { damaged, isReplacing, sentStatus } from "./wire/faults.ts";
import type { Incoming } from "./wire/incoming.ts";
import { checkSendable } from "./wire/sendable.ts";

/** Two documents describe the same method and path, so that one mock cannot answer for both. */
export class CollisionError extends UserError {
  override name = "CollisionError";
}

export interface CoreOptions {
  /** Gets a line for every request: API, operation, scenario, status, fault and time, and nothing of what was sent. */
  log?: (line: string) => void;
  /** Refuses a valid request whose credentials are no scenario's, as one with a wrong password. */
  strict?: boolean;
  /**
   * Makes what stands behind the operations of some documents; their examples unless told. `before` stood behind those
   * of which these are the change.
   */
  service?: (documents: ApiDocument[], before?: LoginService) => LoginService;
}

/** A decision, and the answer with all headers that it is sent with. */
export interface Handled extends Decision {
  /** Why the mock itself failed: what of the document, or where in the mock. */
  failure?: string;
}

/** The mock without a port: what it decides, records and was ordered. */
export interface MockCore {
  /** `origin` is the base URL that the listing names. Never rejects. */
  handle(incoming: Incoming, origin: string): Promise<Handled>;
  /** Writes the line of the log. `status` is missing, where nothing was sent. */
  log(handled: Handled | undefined, status: number | undefined, took: number): void;
  next(target: string, scenario: string, options?: NextOptions): void;
  readonly service: Service;
  readonly requests: RecordedRequest[];
  reset(): void;
  /** Answers from other documents from now on. Throws, and stays as it is, if it cannot. */
  reload(documents: ApiDocument[]): void;
}

/** Throws a `UserError` if Prism is missing, and `CollisionError` if two documents share a method and path. */
export function createCore(
  documents: ApiDocument[],
  { log = () => {}, strict = false, service }: CoreOptions = {},
): MockCore {
  const orders = new Orders();
  const record = new RequestRecord();
  let { decider, hide, behind } = prepared(documents);

  function prepared(all: ApiDocument[], before?: LoginService) {
    refuseCollisions(all);
    const stateful = service?.(all, before);
    // Whom a service with a state does not know, it refuses itself: it alone knows the tokens that it gave out.
    const made = createDecider(all, stateful ? { orders, service: stateful } : { strict, orders });
    return { decider: made, hide: hiding(made.apis), behind: stateful };
  }

  async function decide(incoming: Incoming, origin: string): Promise<Handled> {
    try {
      const decision = told(await decider.decide(incoming, origin));
      const answer = complete(decision);
      checkSendable(answer);
      return { ...decision, answer };
    } catch (error) {
      const decision: Decision = { answer: problem(500, "The mock failed: its log says why"), delivery: { delay: 0 } };
      return { ...decision, answer: complete(decision), failure: failureText(error) };
    }
  }

  /** The answer with the headers that every answer has. */
  function complete({ answer, operation, scenario }: Decision): Answer {
    const name = operation === undefined ? "-" : `${headerName(operation)}/${headerName(scenario ?? "-")}`;
    const hasDate = Object.keys(answer.headers).some((each) => each.toLowerCase() === "date");
    const date = hasDate ? {} : { date: new Date(decider.service.now()).toUTCString() };
    return {
      ...answer,
      headers: { ...answer.headers, ...anyOrigin(answer), [scenarioHeader]: name, ...date },
    };
  }

  function keep({ method, headers }: Incoming, handled: Handled): void {
    const { api, operation, scenario, answer, delivery, body, size = 0 } = handled;
    const isPreflight = method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
    if (isPreflight) return;
    const status = sentStatus(damaged(answer, delivery.fault));
    record.add({
      ...(api !== undefined && { api }),
      ...(operation !== undefined && { operation }),
      ...(scenario !== undefined && { scenario }),
      ...(status !== undefined && { status }),
      at: new Date(decider.service.now()),
      method,
      ...hide(headers, body, size),
    });
  }

  return {
    async handle(incoming, origin) {
      const handled = await decide(incoming, origin);
      keep(incoming, handled);
      return handled;
    },
    log(handled, status, took) {
      const { api, operation, scenario, delivery, failure } = handled ?? {};
      log(
        [
          operation === undefined ? "- -" : `${api} ${operation}`,
          scenario ?? "-",
          status ?? "-",
          ...(delivery?.fault ? [delivery.fault] : []),
          `${took.toFixed(1)} ms`,
          ...(failure ? [failure] : []),
        ].join(" "),
      );
    },
    next: (target, scenario, options = {}) => orders.add(decider.targets, target, scenario, options),
    get service() {
      return decider.service;
    },
    get requests() {
      return record.all();
    },
    reset() {
      orders.clear();
      record.clear();
      decider.service.reset();
    },
    reload(all) {
      ({ decider, hide, behind } = prepared(all, behind));
      orders.clear();
    },
  };
}

/** Without the scenario, where a fault sends an answer that is not its. */
function told({ scenario, ...decision }: Decision): Decision {
  const isOther = scenario === undefined || isReplacing(decision.delivery.fault);
  return isOther ? decision : { ...decision, scenario };
}

/** What went wrong, without what was sent: a message of the platform may quote that. */
function failureText(error: unknown): string {
  if (error instanceof Unanswerable) return error.message;
  if (!(error instanceof Error)) return "something was thrown that is no error";
  const place = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return `${error.name} ${place?.trim() ?? ""}`;
}

function refuseCollisions(documents: ApiDocument[]): void {
  const [collision] = collisionsOf(readOperations(documents));
  if (collision) throw new CollisionError(collisionText(collision.one, collision.other));
}
