import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Api, RejectionRule } from "../../src/login/contract.ts";
import {
  type CredentialsSource,
  openSession,
  type Session,
  type SessionEvent,
  type SessionOptions,
} from "../../src/session/session.ts";
import { serve } from "./serve.ts";

export interface Credentials {
  user: string;
  password: string;
}

/** What arrived at the service. */
export interface Arrival {
  method: string;
  path: string;
  /** As they were sent, but for what every connection has of its own. */
  headers: [name: string, value: string][];
  body: string;
  token: string;
}

type Answer = (outgoing: ServerResponse, arrival: Arrival) => void;

/** A login service of its own on a loopback port, each part of which can be replaced in the middle of a test. */
export interface LoginService {
  url: string;
  api: Api<Credentials>;
  logins: number;
  calls: Arrival[];
  /** The token that is good. */
  good: string;
  login: Answer;
  call: Answer;
  session(options?: SessionOptions, credentials?: CredentialsSource<Credentials>): Session & { events: SessionEvent[] };
}

export const right: Credentials = { user: "user", password: "right-password" };

const refusal = { type: "object", required: ["error"] } as const;

export function apiOf(rejection: readonly RejectionRule[] = [{ status: 401 }]): Api<Credentials> {
  return {
    name: "test",
    credentials: { user: { type: "string" }, password: { type: "string", secret: true } },
    header: { name: "Authorization", scheme: "Bearer" },
    rejection,
    login: {
      success: [{ status: "200", schema: { type: "object", required: ["token"] } }],
      refusal: [refusal],
      token: "$response.body#/token",
      ends: [{ in: "$response.body#/in" }, { jwt: true }],
      code: "$response.body#/error",
      reasons: [
        { code: "wrong", reason: "invalid_credentials" },
        { code: "locked", reason: "not_permitted" },
      ],
      request: (body) => ({ method: "POST", path: "/login", body }),
    },
  };
}

/** Answers with JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (outgoing) => {
    outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

export async function startLoginService(rejection?: readonly RejectionRule[]): Promise<LoginService> {
  const service: LoginService = {
    url: "",
    api: apiOf(rejection),
    logins: 0,
    calls: [],
    good: "",
    login: (outgoing, arrival) => {
      service.good = `token-${service.logins}`;
      json({ token: service.good, in: 3600 })(outgoing, arrival);
    },
    call: (outgoing, arrival) => {
      const isGood = arrival.token === service.good;
      json(isGood ? { is: "yours" } : { no: "token" }, isGood ? 200 : 401)(outgoing, arrival);
    },
    session(options = {}, credentials = right) {
      const events: SessionEvent[] = [];
      const session = openSession(service.api, credentials, {
        baseUrl: service.url,
        observe: (event) => events.push(event),
        ...options,
      });
      onTestFinished(() => session.end());
      return Object.assign(session, { events });
    },
  };
  const served = await serve((incoming, outgoing) => {
    void arrivalOf(incoming).then((arrival) => {
      if (arrival.path.endsWith("/login")) {
        service.logins++;
        service.login(outgoing, arrival);
      } else {
        service.calls.push(arrival);
        service.call(outgoing, arrival);
      }
    });
  });
  onTestFinished(() => served.close());
  service.url = served.url;
  return service;
}

async function arrivalOf(incoming: IncomingMessage): Promise<Arrival> {
  const { method = "", url: path = "", headers, rawHeaders } = incoming;
  const pairs: [string, string][] = [];
  for (let place = 0; place < rawHeaders.length; place += 2) {
    const name = String(rawHeaders[place]).toLowerCase();
    if (!["host", "connection", "authorization"].includes(name)) pairs.push([name, String(rawHeaders[place + 1])]);
  }
  const token = (headers.authorization ?? "").replace("Bearer ", "");
  const body = (await buffer(incoming)).toString("latin1");
  return { method, path, headers: pairs.sort(), body, token };
}
