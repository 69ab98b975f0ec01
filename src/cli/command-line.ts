import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { codeOf } from "../file-system.ts";
import { checkFileNames } from "../openapi/source.ts";
import { UserError } from "../openapi/user-error.ts";

export type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;
export type Values<Known extends Options> = {
  [Name in keyof Known]?: Known[Name] extends { type: "boolean" }
    ? boolean
    : Known[Name] extends { multiple: true }
      ? string[]
      : string;
};

/** What every command knows. */
const common = { help: { type: "boolean", short: "h" }, version: { type: "boolean" } } as const;

/**
 * Reads what a verb was asked for. `undefined`, if that was `--help` or `--version`, which are then printed. Throws a
 * `UserError` that lists the known options if there is another.
 */
export function readCommand<const Known extends Options>(
  args: string[],
  known: Known,
  usage: string,
): { options: Values<Known>; operands: string[] } | undefined {
  const { options, operands } = readArguments(args, { ...known, ...common }, { operands: true });
  const { help, version: isVersion } = options as Values<typeof common>;
  if (help) print(usage);
  else if (isVersion) print(version());
  else return { options: options as Values<Known>, operands };
  return undefined;
}

/** The files that a verb is for. Throws a `UserError` if there is none, or one is no file with a document. */
export function readFileNames(operands: string[], usage: string): string[] {
  if (operands.length === 0)
    throw new UserError(`Name a file with an OpenAPI document, such as billing.yaml.\n${usage}`, 2);
  checkFileNames(operands);
  return operands;
}

/** The package's version. */
export function version(): string {
  return (createRequire(import.meta.url)("login-apis/package.json") as { version: string }).version;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The exit code of a command that failed itself, which says nothing of what it was asked about. */
const ownFailure = 3;

/** What a file system refuses, and its user can mend: a folder that is read-only, a disk that is full, a file where a folder is to be. */
const refusals = ["EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR", "EISDIR", "EEXIST"];

/** Runs a command's work. What the user can mend becomes a line on stderr and an exit code; anything else ends the process. */
export async function reportUserErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const known = asUserError(error);
    if (known) {
      process.stderr.write(`${known.message}\n`);
      process.exitCode = known.exitCode;
      return;
    }
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(ownFailure);
  }
}

function asUserError(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  const isRefused = error instanceof Error && refusals.includes(codeOf(error) ?? "");
  return isRefused ? new UserError(error.message, 2) : undefined;
}

/** Reads a command's arguments. Throws a `UserError` that lists the known options if there is another. */
export function readArguments<const Known extends Options>(
  args: string[],
  known: Known,
  { operands = false }: { operands?: boolean } = {},
): { options: Values<Known>; operands: string[] } {
  try {
    const { values, positionals } = parseArgs({ args, options: known, allowPositionals: operands });
    return { options: values as Values<Known>, operands: positionals };
  } catch (error) {
    const names = Object.entries(known).map(([name, { type }]) =>
      type === "string" ? `--${name} <value>` : `--${name}`,
    );
    const why = (error as Error).message.split(/\.?\s*\n|\. /)[0];
    throw new UserError(`${why}. Known options: ${names.join(", ") || "none"}.`, 2);
  }
}

/** The port to listen on: `--port`, else `PORT`, else 4010; 0 takes a free one. */
export function readPort(option: string | undefined): number {
  const text = option ?? process.env.PORT ?? "4010";
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new UserError(`"${text}" is not a port. Give a number from 0 to 65535, 0 for a free one.`, 2);
  }
  return port;
}

/** The address that pages are named by, with a slash at its end. Throws a `UserError` if it is none. */
export function readSiteUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new UserError(`"${text}" is no address of a site. Give one such as https://docs.example.com/login/.`, 2);
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
