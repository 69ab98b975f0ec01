import { LoginError } from "../errors.ts";
import { withinDeadline } from "../http/exchange.ts";
import type { Connection } from "../http/options.ts";
import type { Api } from "../login/contract.ts";
import { checkCredentials } from "../login/credentials.ts";
import { ownPlace, type RecordPlace } from "../store/place.ts";
import { isGood, newId } from "../store/record.ts";
import { checkSendable, whyOfError } from "./attempt.ts";

/** Credentials, or a function that gives them, a vault's for example; it is asked when they are needed. */
export type CredentialsSource<Credentials> = Credentials | (() => Credentials | PromiseLike<Credentials>);

export interface LoginMeans<Credentials extends object> {
  api: Api<Credentials>;
  connection: Connection;
  clock: () => number;
  openPlace: (credentials: Credentials) => RecordPlace;
}

/** Credentials, and the record that belongs to them. */
export interface Login<Credentials> {
  key: string;
  credentials: Credentials;
  place: RecordPlace;
}

/** While credentials are refused, the function that gives them is asked no more often than that, in milliseconds. */
const askAge = 30_000;
/** How many logins are remembered where a function gives other credentials by turns, lest a refused one is sent again. */
const longestMemory = 4;

/** Whose token a session has: of credentials that stay as they are, or of those that a function gave last. */
export class Logins<Credentials extends object> {
  /** The one whose token is handed out; absent until the function was asked. */
  current: Login<Credentials> | undefined;
  /** Where a function is asked: that somebody does, and what waits follow when it fails, which are this session's own. */
  asking: RecordPlace;
  readonly #means: LoginMeans<Credentials>;
  #give: (() => Credentials | PromiseLike<Credentials>) | undefined;
  #remembered: Login<Credentials>[] = [];
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(means: LoginMeans<Credentials>, source: CredentialsSource<Credentials>) {
    this.#means = means;
    this.asking = ownPlace(means.clock);
    if (typeof source === "function") this.#give = source;
    else this.current = this.#loginOf(source);
  }

  get places(): RecordPlace[] {
    return this.#remembered.map(({ place }) => place);
  }

  /** The record of the token that is handed out. */
  get place(): RecordPlace {
    return this.current?.place ?? this.asking;
  }

  /** The login of credentials that stay as they are. */
  get fixed(): Login<Credentials> | undefined {
    return this.#give ? undefined : this.current;
  }

  /** Asks the function; gives nothing where it fails, or is asked already. What is made of its answer ends with `settle`. */
  async ask(): Promise<Login<Credentials> | undefined> {
    const give = this.#give;
    if (!give) return undefined;
    const { clock, connection } = this.#means;
    const { timeout } = connection;
    const attempt = newId();
    const claimed = await this.asking.change({ type: "claimed", attempt, timeout, refreshes: false });
    if (!claimed) return undefined;
    this.#askedAt = clock();
    try {
      const given = await withinDeadline(timeout, undefined, async () => give()).catch((cause) => {
        throw unavailable(cause);
      });
      const isEnded = this.#give === undefined;
      if (isEnded) return undefined;
      return this.#loginOf(given);
    } catch (error) {
      // What it gave may have members that throw.
      const why = whyOfError(error instanceof LoginError ? error : unavailable(error));
      await this.asking.change({ type: "failed", attempt, row: "unsent", why, jitter: 0 });
      return undefined;
    }
  }

  /** Throws where the credentials are none, or cannot be sent. */
  #loginOf(given: Credentials): Login<Credentials> {
    const { api, openPlace } = this.#means;
    const credentials = checkCredentials(api, given);
    const key = JSON.stringify(credentials);
    let login = this.#remembered.find((each) => each.key === key);
    if (!login) {
      checkSendable(this.#means, credentials);
      login = { key, credentials, place: openPlace(credentials) };
    }
    const others = this.#remembered.filter((each) => each !== login);
    this.#remembered = [login, ...others].slice(0, longestMemory);
    return login;
  }

  /** The login was claimed, or somebody else did. Other credentials take over where those before have no token. */
  settle(login: Login<Credentials>): void {
    this.asking = ownPlace(this.#means.clock);
    this.adopt(login);
  }

  /** Other credentials take over where they have a token, or those before have none. */
  adopt(login: Login<Credentials>): void {
    const now = this.#means.clock();
    const isNeeded = isGood(this.place.look().token, now) && !isGood(login.place.look().token, now);
    if (!isNeeded) this.current = login;
  }

  /** Whether the function may be asked although nothing says that it has other credentials by now. */
  mayAsk(now: number): boolean {
    const since = now - this.#askedAt;
    return since < 0 || since >= askAge;
  }

  /** Whether there may be other credentials than those that were refused. */
  mayHaveOthers(now: number): boolean {
    return this.#give !== undefined && this.mayAsk(now);
  }

  /** The function may be asked again at once. */
  forget(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY;
    void this.asking.change({ type: "reset" });
  }

  end(): void {
    for (const place of [...this.places, this.place, this.asking]) place.end();
    this.#give = undefined;
    this.#remembered = [];
    this.current = undefined;
  }
}

function unavailable(cause: unknown): LoginError {
  return new LoginError("credentials_unavailable", undefined, { cause });
}
