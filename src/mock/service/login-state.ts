import { isDeepStrictEqual } from "node:util";
import type { OpenApiDocument } from "../../openapi/document.ts";
import type { DocumentedCall, DocumentedLogin, DocumentedRefresh } from "../../openapi/login.ts";
import type { DocumentedOperation, Reply } from "../../openapi/scenarios.ts";
import { type Account, Accounts } from "./accounts.ts";
import { type LoginRoles, loginRoles, outcomeOf, type RefreshRoles, refreshRoles } from "./roles.ts";
import { isSame, type SentCall, tokenIn } from "./sent.ts";
import { lifeFrom, type NewToken, type Template, templateOf } from "./template.ts";
import type { Life, Random, TokenForm } from "./token-form.ts";
import { type Family, type TokenKind, Tokens, type TokenVerdict } from "./tokens.ts";
import { withEnds, written } from "./written.ts";

export interface StateMeans {
  api: string;
  document: OpenApiDocument;
  login: DocumentedLogin;
  operations: readonly DocumentedOperation[];
  now: () => number;
  random: Random;
  /** Credentials of accounts beside those of the scenarios. */
  accounts: readonly Readonly<Record<string, unknown>>[];
  lifetime: number | undefined;
  strict: boolean;
  lockAfter: number;
  limit: number;
}

/** Where one of the calls is, and what its documented replies say. */
interface Call<Documented extends DocumentedCall, Roles> {
  documented: Documented;
  roles: Roles;
}

/** What a login service knows of one API: accounts, and tokens that were given out. A reply is a documented one with new values. */
export class LoginState {
  readonly accounts: Accounts;
  readonly #tokens: Tokens;
  readonly #means: StateMeans;
  readonly #login: Call<DocumentedLogin, LoginRoles>;
  readonly #refresh: Call<DocumentedRefresh, RefreshRoles> | undefined;
  readonly #templates: Record<SentCall["kind"], ReadonlyMap<string, Template>>;

  /** Goes on with the tokens, wrong passwords and locks of `before`, if its login was the same. */
  constructor(means: StateMeans, before?: LoginState) {
    const { login, accounts, lockAfter, limit } = means;
    const { refresh } = login;
    this.#means = means;
    const roles = loginRoles(login, operationOf(means, login));
    this.#login = { documented: login, roles };
    this.#refresh = refresh && { documented: refresh, roles: refreshRoles(refresh, operationOf(means, refresh)) };

    const { success } = roles;
    const own: Account[] = success ? accounts.map((credentials) => ({ credentials, reply: success })) : [];
    const same = before && isDeepStrictEqual(meaningOf(before.#means.login), meaningOf(login)) ? before : undefined;
    this.accounts = new Accounts(login.credentials, [...roles.successes, ...own], lockAfter, same?.accounts);
    this.#tokens = same ? same.#tokens : new Tokens(limit);
    this.#templates = {
      login: templatesOf(means, login, "login"),
      refresh: refresh ? templatesOf(means, refresh, "refresh") : new Map(),
    };
  }

  /**
   * What a valid call is answered. `documented` is what the document answers it with: a refusal that has nothing to do
   * with passwords stays, as it needs no state.
   */
  answer(call: SentCall, documented: Reply): Reply {
    const outcomeIn = (at: DocumentedCall) => outcomeOf(at, call.kind, documented);
    if (call.kind === "login") {
      const { documented: login, roles } = this.#login;
      const isOther = outcomeIn(login) !== "success" && documented.name !== roles.wrongPassword.name;
      return isOther ? documented : this.#answerLogin(call, documented);
    }
    const isOther = this.#refresh === undefined || outcomeIn(this.#refresh.documented) !== "success";
    return isOther ? documented : this.#answerRefresh(this.#refresh, call);
  }

  /** A reply that somebody chose: if it is a success, what it brings is good. */
  chosen({ kind, credentials }: SentCall, reply: Reply): Reply {
    const template = this.#templates[kind].get(reply.name);
    if (!template) return reply;
    const sent = present(credentials);
    const renewed = this.#tokens.find("refreshToken", String(sent.refreshToken))?.family;
    const account = this.accounts.of(sent);
    const life = template.life ?? Number.POSITIVE_INFINITY;
    return this.#granted(template, renewed ?? { sent, life, ...(account && { account }) });
  }

  /** What a token is worth that comes in the token's header. */
  verdict(header: string | undefined): TokenVerdict {
    const token = tokenIn(this.#login.documented.header, header);
    return token === undefined ? "unknown" : this.#tokens.verdict("token", token, this.#means.now());
  }

  revoke(token: string): boolean {
    return this.#tokens.revoke(token);
  }

  reset(): void {
    this.accounts.reset();
    this.#tokens.clear();
  }

  #answerLogin({ credentials }: SentCall, documented: Reply): Reply {
    const { roles } = this.#login;
    const sent = present(credentials);
    const admission = this.accounts.admit(sent);
    if (admission.verdict === "locked") return roles.locked;
    if (admission.verdict === "wrong") return roles.wrongPassword;
    if (admission.verdict === "right") {
      const { account } = admission;
      return this.#grantedBy(account.reply, { sent, account });
    }
    const isRefused = this.#means.strict || documented.name === roles.wrongPassword.name;
    return isRefused ? roles.wrongPassword : this.#grantedBy(roles.success ?? documented, { sent });
  }

  #answerRefresh(
    { documented, roles }: Call<DocumentedRefresh, RefreshRoles>,
    { credentials, headers }: SentCall,
  ): Reply {
    const now = this.#means.now();
    const { header } = this.#login.documented;
    const bearer = tokenIn(header, headers[header.name.toLowerCase()]);
    const replaces = documented.authorization === "refreshToken";
    const sent = present(replaces ? { ...credentials, refreshToken: bearer } : credentials);
    const refreshToken = String(sent.refreshToken);
    const issued = this.#tokens.find("refreshToken", refreshToken);
    const template = roles.success && this.#templates.refresh.get(roles.success.name);
    if (!issued || !template) return roles.refused;

    const { family } = issued;
    if (!this.#isSameClient(documented, family, sent)) return roles.wrongClient;
    if (documented.authorization === "token" && bearer !== family.token) return roles.refused;
    if (issued.state === "replaced") {
      // Whoever sends it again, the token is known to two: RFC 9700, 4.14.2.
      this.#tokens.endFamily(family);
      return roles.refused;
    }
    if (this.#tokens.verdict("refreshToken", refreshToken, now) !== "good") return roles.refused;
    if (family.account && this.accounts.isLocked(family.account)) return roles.refused;
    const held = this.#tokens.find("token", family.token ?? "");
    const isExtended = template.token === undefined;
    if (isExtended && held?.state !== "good") return roles.refused;
    return this.#granted(template, family);
  }

  /** What a refresh sends beside the refresh token is what the login sent: a client's id and secret. */
  #isSameClient({ credentials }: DocumentedRefresh, family: Family, sent: Readonly<Record<string, unknown>>): boolean {
    return credentials.every(({ name, required }) => {
      if (name === "refreshToken") return true;
      const isSaidByBoth = name in family.sent && name in sent;
      return isSaidByBoth || required ? isSame(family.sent[name], sent[name]) : true;
    });
  }

  #grantedBy(documented: Reply, family: Omit<Family, "life">): Reply {
    const template = this.#templates.login.get(documented.name);
    return template
      ? this.#granted(template, { ...family, life: template.life ?? Number.POSITIVE_INFINITY })
      : documented;
  }

  /** Gives out what a documented success brings. */
  #granted({ reply, ends, life, token, refreshToken }: Template, family: Family): Reply {
    const now = this.#means.now();
    const lasting = lifeFrom(now, life ?? family.life);
    const ending = withEnds(reply, ends, lasting);
    if (!token && family.token !== undefined) this.#tokens.extend(family.token, lasting.end);
    const granted = token ? this.#withNew(ending, "token", token, family, lasting) : ending;
    if (!refreshToken) return granted;
    const refreshLasting = lifeFrom(now, refreshToken.life);
    const lasts = withEnds(granted, refreshToken.ends, refreshLasting);
    return this.#withNew(lasts, "refreshToken", refreshToken, family, refreshLasting);
  }

  #withNew(reply: Reply, kind: TokenKind, { form, at }: NewToken, family: Family, life: Life): Reply {
    const value = this.#fresh(form, life);
    this.#tokens.give(kind, family, value, life);
    return written(reply, at, value);
  }

  /** One that was not given out yet: where the form leaves little to choose, chance may give one again. */
  #fresh(form: TokenForm, life: Life): string {
    for (let tries = 0; tries < 1000; tries++) {
      const value = form(life);
      if (!this.#tokens.has(value)) return value;
    }
    throw new Error(`${this.#means.api}: every token that its document has room for was given out`);
  }
}

/** By the names of the documented successes. */
function templatesOf(means: StateMeans, call: DocumentedCall, kind: SentCall["kind"]): Map<string, Template> {
  const successes = operationOf(means, call).replies.filter((reply) => outcomeOf(call, kind, reply) === "success");
  return new Map(successes.map((reply) => [reply.name, templateOf(means, call, kind, reply)]));
}

/** What a document says of its login: not where that stands in it, nor in which words. */
function meaningOf(login: DocumentedLogin) {
  const calls = [login, ...(login.refresh ? [login.refresh] : [])];
  const said = calls.map(({ contract, credentials }) => [
    contract,
    credentials.map(({ name, place }) => [name, place]),
  ]);
  return [login.header, ...said];
}

function present(credentials: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(credentials).filter(([, value]) => value !== undefined));
}

function operationOf({ api, operations }: StateMeans, { operation }: DocumentedCall): DocumentedOperation {
  const { method, path } = operation;
  const found = operations.find((each) => each.api === api && each.method === method && each.path === path);
  if (!found) throw new Error(`${api} has no ${operation.method} ${operation.path}`);
  return found;
}
