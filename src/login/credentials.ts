import { LoginError } from "../errors.ts";
import type { Api, CredentialRule } from "./contract.ts";
import { fits } from "./fits.ts";
import type { Refusal } from "./outcome.ts";

/** No text shorter than this, in characters, is masked: it could stand anywhere by chance. */
const shortestSecret = 4;

/** A refusal's message is no longer than this, in characters. */
const longestMessage = 500;

/**
 * The credentials among the members of an object, as far as `names` goes; further members are left alone. Throws
 * `invalid_argument`, which names the credential, if one is missing or of another type.
 */
export function checkCredentials<Credentials extends object>(
  { credentials: rules }: Pick<Api<Credentials>, "credentials">,
  given: Credentials,
  names: readonly (keyof Credentials & string)[] = Object.keys(rules) as (keyof Credentials & string)[],
): Credentials {
  if (typeof given !== "object" || given === null)
    throw new LoginError("invalid_argument", "the credentials are no object");
  const own: Partial<Credentials> = {};
  for (const name of names) {
    const rule: CredentialRule = rules[name];
    const value = given[name];
    if (value === undefined && rule.optional) continue;
    if (value === undefined) throw new LoginError("invalid_argument", `${name} is missing`);
    if (!fits(rule, value)) throw new LoginError("invalid_argument", `${name} is no ${expected(rule)}`);
    own[name] = value;
  }
  return own as Credentials;
}

function expected({ type, enum: values }: CredentialRule): string {
  return [values ?? type].flat().join(" or ");
}

/** The passwords among credentials. */
export function secretsOf<Credentials extends object>(
  { credentials: rules }: Pick<Api<Credentials>, "credentials">,
  credentials: Credentials,
): string[] {
  const names = Object.keys(credentials) as (keyof Credentials)[];
  return names.filter((name) => rules[name]?.secret).map((name) => String(credentials[name]));
}

/**
 * Replaces what was sent in a refusal's texts by `***`: before it cuts, so that no part of a secret is left at the end,
 * and the longest first, so that none is left within another.
 */
export function withoutSecrets(refusal: Refusal, secrets: readonly string[]): Refusal {
  const masked = secrets.filter(({ length }) => length >= shortestSecret).sort((a, b) => b.length - a.length);
  const clean = (text: string) => masked.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  return { ...refusal, code: clean(refusal.code), message: clean(refusal.message).slice(0, longestMessage) };
}
