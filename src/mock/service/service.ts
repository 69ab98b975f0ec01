import type { ApiDocument } from "../../openapi/document.ts";
import { readLogin } from "../../openapi/login.ts";
import { type Reply, readOperations } from "../../openapi/scenarios.ts";
import { UserError } from "../../openapi/user-error.ts";
import type { Service } from "../service.ts";
import type { AccountsByApi } from "./account-file.ts";
import { MovableClock } from "./clock.ts";
import { LoginState } from "./login-state.ts";
import type { Random } from "./token-form.ts";
import { withHeader } from "./written.ts";

export interface ServiceOptions {
  /** Seconds after which a token ends, where the document says later, or never. */
  lifetime?: number | undefined;
  /** Accounts by API, beside those of the scenarios: each has credentials by their names in `x-login`. */
  accounts?: AccountsByApi | undefined;
  /** Refuses credentials of which nothing is known; otherwise they log in. */
  strict?: boolean | undefined;
  /** Wrong passwords in a row after which an account locks: 5 unless told. */
  lockAfter?: number | undefined;
  /** The clock that the service's own begins with. Defaults to `Date.now`. */
  clock?: (() => number) | undefined;
  /** Where tokens take their characters from. */
  random?: Random | undefined;
  /**
   * What stood behind the documents of which these are the change: its clock goes on, and so do tokens, wrong passwords
   * and locks of each API whose login is the same.
   */
  before?: LoginService | undefined;
  /** So many tokens of an API are remembered at most: 10,000 unless told. */
  limit?: number | undefined;
}

/** A service with a state, and what another can go on with. */
export interface LoginService extends Service {
  readonly clock: MovableClock;
  readonly states: ReadonlyMap<string, LoginState>;
}

/**
 * Makes what lets the mock behave like a login service: accounts, tokens that are new each time, end, rotate and are
 * revoked, and a clock. It knows of each API what its `x-login` says, and nothing of HTTP servers. Throws a `UserError`
 * for options and accounts that cannot be; so do `advance`, `revoke` and `lock`.
 */
export function createService(documents: ApiDocument[], options: ServiceOptions = {}): LoginService {
  const { accounts = new Map(), strict = false, lockAfter = 5, limit = 10_000, lifetime, before } = options;
  // A token of a mock opens nothing, so that nobody has to be unable to guess it.
  const { clock: base = () => Date.now(), random = (below) => Math.floor(Math.random() * below) } = options;
  checkWhole("lifetime", lifetime ?? 1, "seconds");
  checkWhole("lockAfter", lockAfter, "wrong passwords");
  checkWhole("limit", limit, "tokens");
  const clock = before?.clock ?? new MovableClock(base);
  const operations = readOperations(documents);
  const states = new Map<string, LoginState>();
  for (const { name: api, document } of documents) {
    const { login, problems } = readLogin(document);
    // What states no login is answered as it is documented.
    if (!login || problems.length > 0) continue;
    const own = accounts.get(api) ?? [];
    const means = { api, document, login, operations, lifetime, strict, lockAfter, limit, random, accounts: own };
    states.set(api, new LoginState({ ...means, now: () => clock.now() }, before?.states.get(api)));
  }

  const dated = (reply: Reply) => withHeader(reply, "Date", new Date(clock.now()).toUTCString());

  return {
    clock,
    states,
    now: () => clock.now(),
    answer: (call, documented) => dated(states.get(call.api)?.answer(call, documented) ?? documented),
    chosen: (call, reply) => dated(states.get(call.api)?.chosen(call, reply) ?? reply),
    check: (api, header) => states.get(api)?.verdict(header) ?? "unknown",
    advance: (milliseconds) => clock.advance(milliseconds),
    revoke(token) {
      const isRevoked = [...states.values()].map((state) => state.revoke(token)).includes(true);
      if (!isRevoked) throw new UserError("This token was not given out, or has long ended.");
    },
    lock(account) {
      const all = [...states.values()].map(({ accounts: each }) => each);
      const found = all.reduce((sum, each) => sum + each.lock(account), 0);
      if (found > 0) return;
      const known = all.flatMap((each) => each.all.map((one) => JSON.stringify(each.shown(one))));
      throw new UserError(`There is no such account. There are: ${known.join(", ")}.`);
    },
    reset() {
      clock.reset();
      for (const state of states.values()) state.reset();
    },
  };
}

function checkWhole(name: string, value: number, what: string): void {
  const isWhole = Number.isSafeInteger(value) && value >= 1;
  if (!isWhole) throw new UserError(`${name} is a whole number of ${what}, 1 or more.`);
}
