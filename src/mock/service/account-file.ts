import { readFile } from "node:fs/promises";
import { fits, isObject } from "../../login/fits.ts";
import type { ApiDocument } from "../../openapi/document.ts";
import { readLogin } from "../../openapi/login.ts";
import type { Credential } from "../../openapi/request.ts";
import { UserError } from "../../openapi/user-error.ts";

/** Accounts by API: credentials by their names in `x-login`. */
export type AccountsByApi = ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;

/**
 * Reads accounts from a file in YAML or JSON: a list of credentials for each API, by its name. Throws a `UserError` that
 * says what is wrong with it, and where.
 */
export async function readAccounts(file: string, documents: ApiDocument[]): Promise<AccountsByApi> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${file}: the file cannot be read (${error.code}).`);
  });
  const value = file.endsWith(".json") ? parsedJson(file, bytes.toString()) : await parsedYaml(file, bytes);
  return checkAccounts(value, documents, file);
}

function parsedJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file}: this is no JSON: ${(error as Error).message}`);
  }
}

/** The parser is loaded only now: who has no such file need not have it installed. */
async function parsedYaml(file: string, bytes: Uint8Array): Promise<unknown> {
  const { parse } = await import("../../openapi/parse.ts").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError(`${file}: to read YAML takes @redocly/openapi-core@1. Install it, or write the file as JSON.`);
  });
  const parsed = parse(file, bytes);
  if ("message" in parsed) throw new UserError(`${file}:${parsed.line}:${parsed.column}: ${parsed.message}`);
  return parsed.value;
}

/** Checks accounts, wherever they come from: `from` is what a message begins with. Throws as `readAccounts` does. */
export function checkAccounts(value: unknown, documents: ApiDocument[], from: string): AccountsByApi {
  const fail = (place: string, message: string): never => {
    throw new UserError(`${[from, place].filter((text) => text !== "").join(": ")}: ${message}`);
  };
  const known = documents.map(({ name }) => name).join(", ");
  if (!isObject(value)) return fail("", `accounts stand in lists by API: ${known}.`);
  const entries = Object.entries(value).map(([api, accounts]) => {
    const document = documents.find(({ name }) => name === api)?.document;
    const { login, problems } = document ? readLogin(document) : { login: undefined, problems: [] };
    if (!document) return fail(api, `there is no such API. There are: ${known}.`);
    if (!login || problems.length > 0) return fail(api, "its document states no login.");
    if (!Array.isArray(accounts)) return fail(api, "here stands a list of accounts.");
    for (const [index, account] of accounts.entries()) {
      const problem = problemOf(account, login.credentials);
      if (problem !== undefined) fail(`${api}[${index}]`, problem);
    }
    return [api, accounts as Record<string, unknown>[]] as const;
  });
  return new Map(entries);
}

function problemOf(account: unknown, credentials: Credential[]): string | undefined {
  const names = credentials.map(({ name }) => name);
  if (!isObject(account)) return `an account has the members ${names.join(", ")}.`;
  const unknown = Object.keys(account).find((name) => !names.includes(name));
  if (unknown !== undefined) return `${unknown} is no credential of this API: ${names.join(", ")}.`;
  const missing = credentials.find(({ name, required }) => required && account[name] === undefined);
  if (missing) return `${missing.name} is missing.`;
  const wrong = credentials.find((credential) => !isOfKind(credential, account[credential.name]));
  return wrong && `${wrong.name} is no ${(wrong.enum ?? wrong.types).join(" or ")}.`;
}

function isOfKind({ types, enum: values }: Credential, value: unknown): boolean {
  return value === undefined || fits({ type: types, ...(values && { enum: values }) }, value);
}
