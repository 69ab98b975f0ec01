import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import type { Session, SessionOptions } from "../../src/session.ts";
import { type Answer, type ApiUnderTest, type Granted, sessionOf } from "./apis.ts";
import { deferred } from "./deferred.ts";
import { type Served, serve } from "./serve.ts";

/** A request as the service got it. */
export interface Arrived {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  token: string | undefined;
  /** Aborted when the connection breaks. */
  signal: AbortSignal;
}

type Respond = (request: Arrived) => Answer | Response | Promise<Answer | Response>;

/**
 * One of the services, as far as a session can tell: it issues tokens and asks for them. Every part of it can be
 * replaced in the middle of a test.
 */
export class Service {
  readonly api: ApiUnderTest;
  /** What a login grants unless told otherwise. */
  grants: Granted;
  logins = 0;
  renewals = 0;
  /** Every token in the order of its issue, and every refresh token that was sent here. */
  readonly issued: string[] = [];
  readonly refreshTokensSent: string[] = [];
  /** The calls of anything but the login. */
  readonly arrived: Arrived[] = [];
  readonly #revoked = new Set<string>();

  constructor(api: ApiUnderTest, grants: Granted = { lifetime: 1800 }) {
    this.api = api;
    this.grants = grants;
  }

  /** Answers a login, and a refresh. */
  login: Respond = () => this.grant();
  refresh: Respond = () => this.api.refresh?.extension ?? new Response(null, { status: 404 });
  /** Answers any other call, which is of no interest to a session but for its token. */
  resource: Respond = ({ token }) =>
    this.accepts(token) ? { status: 200, body: { data: "for you" } } : this.api.rejection;

  accepts(token: string | undefined): boolean {
    return token !== undefined && this.issued.includes(token) && !this.#revoked.has(token);
  }

  grant(grants: Granted = this.grants): Answer {
    const { token, body } = this.api.success(this.issued.length + 1, grants);
    this.issued.push(token);
    return { status: 200, body };
  }

  refuse(): void {
    this.login = () => this.api.wrongPassword;
  }

  /** Withdraws every token that was issued so far. */
  revoke(): void {
    for (const token of this.issued) this.#revoked.add(token);
  }

  /** How many calls came, in all or with one token. */
  calls(token?: string): number {
    return this.arrived.filter((call) => token === undefined || call.token === token).length;
  }

  readonly #awaited: { count: number; arrive(): void }[] = [];

  /** Waits until so many calls have come. */
  async callsReach(count: number): Promise<void> {
    const { promise, resolve } = deferred();
    this.#awaited.push({ count, arrive: resolve });
    this.#tellArrivals();
    await promise;
  }

  #tellArrivals(): void {
    for (const { count, arrive } of this.#awaited) if (this.arrived.length >= count) arrive();
  }

  async answer(request: Omit<Arrived, "token">): Promise<Answer | Response> {
    const arrived = { ...request, token: this.api.tokenIn(request.headers) };
    if (request.path === this.api.loginPath) {
      this.logins++;
      return this.login(arrived);
    }
    const { refresh } = this.api;
    if (request.path === refresh?.path) {
      this.renewals++;
      this.refreshTokensSent.push(refresh.tokenIn(request.body) ?? "");
      return this.refresh(arrived);
    }
    this.arrived.push(arrived);
    this.#tellArrivals();
    return this.resource(arrived);
  }

  /** The service as a plain function, for tests that must decide the order of everything. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers, signal } = request;
    const { pathname: path } = new URL(url);
    const answer = await this.answer({
      method,
      path,
      headers: Object.fromEntries(headers),
      body: await request.text(),
      signal,
    });
    signal.throwIfAborted();
    return answer instanceof Response ? answer : Response.json(answer.body, { status: answer.status });
  };

  /** Puts the service on a free loopback port. */
  async start(): Promise<RunningService> {
    const served = await serve(async (incoming, outgoing) => {
      const closed = new AbortController();
      outgoing.on("close", () => closed.abort());
      const { method = "", url: path = "", headers } = incoming;
      const request = { method, path, headers, body: await text(incoming), signal: closed.signal };
      const answer = await this.answer(request).catch(() => undefined);
      if (!answer) return void outgoing.destroy();
      if (!(answer instanceof Response)) {
        return void outgoing
          .writeHead(answer.status, { "content-type": "application/json" })
          .end(JSON.stringify(answer.body));
      }
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).flushHeaders();
      const reader = answer.body?.getReader();
      for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) outgoing.write(chunk.value);
      outgoing.end();
    });
    return { ...served, session: (options) => sessionOf(this.api, { ...options, baseUrl: served.url }) };
  }
}

export interface RunningService extends Served {
  session(options?: SessionOptions & { password?: string }): Session;
}
