/** A one-line change that takes a defence out, and the tests that must notice. */
export interface Mutation {
  name: string;
  file: string;
  from: string;
  to: string;
  /** The test file, and what the names of the tests that fail have in common. */
  noticedBy: { file: string; tests: RegExp };
}

const transport = "src/transport.ts";
const session = "src/session.ts";

export const mutations: Mutation[] = [
  {
    name: "redirects are followed",
    file: transport,
    from: 'redirect: "manual",',
    to: 'redirect: "follow",',
    noticedBy: { file: "test/unit/redirects.test.ts", tests: /redirect/i },
  },
  {
    name: "a redirect is a reply like any other",
    file: transport,
    from: 'if (isRedirect(response)) throw new LoginError("redirected");',
    to: "",
    noticedBy: { file: "test/unit/redirects.test.ts", tests: /redirect/i },
  },
  {
    name: "there is no deadline",
    file: transport,
    from: 'timer = setTimeout(stop, timeout, "timeout");',
    to: "",
    noticedBy: { file: "test/unit/hostile-replies.test.ts", tests: /./ },
  },
  {
    name: "a reply of any size is read",
    file: transport,
    from: "if (size > maximumReply)",
    to: "if (size > Infinity)",
    noticedBy: { file: "test/unit/hostile-replies.test.ts", tests: /MiB|bomb|ends/i },
  },
  {
    name: "http goes anywhere",
    file: transport,
    from: ": secureUrl)",
    to: ": /^https?:/)",
    noticedBy: { file: "test/unit/refused-arguments.test.ts", tests: /http|base URL|insecure/i },
  },
  {
    name: "a path parameter may be dots",
    file: transport,
    from: "(?!\\.\\.?$)",
    to: "",
    noticedBy: { file: "test/unit/refused-arguments.test.ts", tests: /path|companyId|segment/i },
  },
  {
    name: "a header is sent as the platform trims it",
    file: transport,
    from: "|^[\\t ]|[\\t ]$/",
    to: "/",
    noticedBy: { file: "test/unit/refused-arguments.test.ts", tests: /blank|tab|header|unsendable/i },
  },
  {
    name: "a call may bring its own fetch",
    file: "src/client.ts",
    from: 'for (const name of fixed) if (name in init) throw new LoginError("invalid_argument", name);',
    to: "",
    noticedBy: { file: "test/unit/redirects.test.ts", tests: /./ },
  },
  {
    name: "a middleware may move a request",
    file: transport,
    from: "if (!(copy || request)",
    to: "if (false && !(copy || request)",
    noticedBy: { file: "test/unit/redirects.test.ts", tests: /middleware|move/i },
  },
  {
    name: "a refusal's words keep what was sent",
    file: "src/adapter.ts",
    from: 'rest.replaceAll(secret, "***")',
    to: "rest",
    noticedBy: { file: "test/unit/secrets.test.ts", tests: /./ },
  },
  {
    name: "every waiter logs in",
    file: session,
    from: "if (!flight || flight.isCancelled) {",
    to: "{",
    noticedBy: { file: "test/session/one-login.test.ts", tests: /one (login|renewal)/i },
  },
  {
    name: "a refusal is forgotten",
    file: session,
    from: "    refusal = outcome;",
    to: "",
    noticedBy: { file: "test/session/refusals.test.ts", tests: /refus|password|pause/i },
  },
  {
    name: "a rejected token is extended",
    file: session,
    from: "if (one.rejection && value === one.grant.value) return undefined;",
    to: "",
    noticedBy: { file: "test/session/refresh.test.ts", tests: /reject/i },
  },
  {
    name: "a token that is rejected again is renewed again",
    file: session,
    from: "held.replaces && !held.rejection && (again || !held.accepted)",
    to: "false",
    noticedBy: { file: "test/session/rejection.test.ts", tests: /./ },
  },
  {
    name: "the token goes to any origin",
    file: "src/authorized.ts",
    from: 'if (!origins.has(url.origin)) throw new LoginError("insecure_url");',
    to: "",
    noticedBy: { file: "test/session/origin.test.ts", tests: /origin/i },
  },
  {
    name: "entries open with any password",
    file: "src/store.ts",
    from: "Object.entries(credentials).sort()",
    to: "[]",
    noticedBy: { file: "test/store/sealing.test.ts", tests: /./ },
  },
  {
    name: "Prefer takes a reply that fits by half",
    file: "src/mock/prefer.ts",
    from: "(code === undefined || String(reply.status) === code) && ",
    to: "",
    noticedBy: { file: "test/mock/prefer.test.ts", tests: /./ },
  },
  {
    name: "an answer is remembered whatever the headers say",
    file: "src/mock/remember.ts",
    from: ", ...names.map((name) => headers[name])",
    to: "",
    noticedBy: { file: "test/mock/scenarios.test.ts", tests: /./ },
  },
  {
    name: "a prototype's member is a reason",
    file: "src/apis/esignon.ts",
    from: "  __proto__: null,\n",
    to: "",
    noticedBy: { file: "test/unit/judge-pages.test.ts", tests: /./ },
  },
];
