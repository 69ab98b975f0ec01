import { isObject } from "../../login/fits.ts";
import { UserError } from "../../openapi/user-error.ts";

/** Gives a whole number from 0 on that is less than `below`. */
export type Random = (below: number) => number;

/** When a token is given out, and when it ends; milliseconds since the epoch. */
export interface Life {
  from: number;
  /** `Infinity` where nothing ends it. */
  end: number;
}

/** Makes a token for a life: another one with each call. */
export type TokenForm = (life: Life) => string;

/** With fewer bits to choose, chance soon gives the same token again. */
const fewestBits = 24;

/**
 * Makes tokens in the form of an example: of a JWT one with the same claims, its instants moved, and with another
 * signature, which signs nothing; of any other text one of the same length and alphabet. `isAllowed` says which tokens
 * the document's schema takes. Throws a `UserError` that names `of` if it takes no other than the example.
 */
export function tokenForm(
  example: string,
  isAllowed: (token: string) => boolean,
  random: Random,
  of: string,
): TokenForm {
  const lengthened: TokenForm = () => `${example}-${textOf(lower + digits, 12, random)}`;
  const choices = choicesOf(example);
  const forms = [
    () => jwtForm(example, random),
    () => opaqueForm(choices, random),
    () => opaqueForm(narrowed(choices, example, isAllowed), random),
    () => lengthened,
  ];
  const form = firstUsable(forms, (each) => isUsable(each, example, isAllowed));
  if (!form) throw new UserError(`${of} can be no other than in the example, so that no new one can be given out.`);
  return form;
}

/** Only what comes before a form that can be used is made: to narrow choices takes its time. */
function firstUsable(
  forms: (() => TokenForm | undefined)[],
  isUsable: (form: TokenForm) => boolean,
): TokenForm | undefined {
  for (const make of forms) {
    const form = make();
    if (form && isUsable(form)) return form;
  }
  return undefined;
}

function isUsable(form: TokenForm, example: string, isAllowed: (token: string) => boolean): boolean {
  const lives = [0, 1, 2].map((hour) => ({ from: hour * 3_600_000, end: (hour + 1) * 3_600_000 }));
  return lives.map(form).every((token) => token !== example && isAllowed(token));
}

interface Jwt {
  header: string;
  claims: Record<string, unknown>;
  signature: string;
}

/** What a text says if it is a JWT (RFC 7519). */
export function jwtOf(text: string): Jwt | undefined {
  const [header = "", payload = "", signature = "", ...more] = text.split(".");
  const claims = objectIn(payload);
  return more.length === 0 && objectIn(header) && claims ? { header, claims, signature } : undefined;
}

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function jwtForm(example: string, random: Random): TokenForm | undefined {
  const jwt = jwtOf(example);
  if (!jwt) return undefined;
  const { header, claims, signature } = jwt;
  return (life) => {
    const moved = movedClaims(claims, life);
    const isSigned = signature !== "";
    const named = "jti" in claims || !isSigned ? { jti: textOf(lower + upper + digits, 22, random) } : {};
    const payload = Buffer.from(JSON.stringify({ ...moved, ...named })).toString("base64url");
    return `${header}.${payload}.${textOf(base64url, signature.length, random)}`;
  };
}

/** Claims that are instants other than the end: they keep their distance from the giving out. */
const earlierInstants = ["iat", "nbf", "auth_time"];

function movedClaims(claims: Jwt["claims"], { from, end }: Life): Jwt["claims"] {
  const now = Math.floor(from / 1000);
  const { iat } = claims;
  const moved = earlierInstants.flatMap((name) => {
    const instant = claims[name];
    if (typeof instant !== "number") return [];
    return [[name, typeof iat === "number" ? now + instant - iat : now]];
  });
  const isEnding = typeof claims.exp === "number" && Number.isFinite(end);
  // The reply's Date has whole seconds: so counted, no reader takes the token for good after it has ended.
  const exp = now + Math.max(1, Math.floor((end - from) / 1000));
  return { ...claims, ...Object.fromEntries(moved), ...(isEnding && { exp }) };
}

const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const base64url = `${upper}${lower}${digits}-_`;

/** Chooses a character for each place. Nothing, where that leaves too little to choose. */
function opaqueForm(choices: string[], random: Random): TokenForm | undefined {
  const bits = choices.reduce((sum, each) => sum + Math.log2(each.length), 0);
  return bits < fewestBits ? undefined : () => choices.map((each) => each[random(each.length)]).join("");
}

/** What may stand at each place: letters and digits change, what is between them stays. */
function choicesOf(example: string): string[] {
  const alphabet = alphabetOf(example);
  return [...example].map((character) => (/[0-9A-Za-z]/.test(character) ? alphabet : character));
}

/** What of that a schema takes, which is asked for each place by itself. */
function narrowed(choices: string[], example: string, isAllowed: (token: string) => boolean): string[] {
  const characters = [...example];
  return choices.map((choice, place) => {
    const character = characters[place] ?? "";
    if (choice === character) return character;
    const fits = (each: string) => isAllowed(characters.with(place, each).join(""));
    // A schema that takes some of a kind takes its like: the first, the last and one in the middle are asked for.
    const kinds = kindsOf(choice).filter((kind) => samplesOf(kind).every(fits));
    return kinds.join("") || character;
  });
}

function alphabetOf(example: string): string {
  const used = example.replace(/[^0-9A-Za-z]/g, "");
  if (used.length >= 8 && /^[0-9a-f]+$/.test(used)) return `${digits}abcdef`;
  if (used.length >= 8 && /^[0-9A-F]+$/.test(used)) return `${digits}ABCDEF`;
  return [digits, lower, upper].filter((kind) => [...kind].some((each) => used.includes(each))).join("");
}

function kindsOf(alphabet: string): string[] {
  return (alphabet.match(/[0-9]+|[a-z]+|[A-Z]+/g) ?? []) as string[];
}

function samplesOf(kind: string): string[] {
  return [kind[0], kind[Math.floor(kind.length / 2)], kind.at(-1)].flatMap((each) => each ?? []);
}

function textOf(alphabet: string, length: number, random: Random): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
}
