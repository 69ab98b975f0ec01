import { parseArgs } from "node:util";
import { UserError } from "../openapi/user-error.ts";

export type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;
export type Values<Known extends Options> = {
  [Name in keyof Known]?: Known[Name] extends { type: "boolean" }
    ? boolean
    : Known[Name] extends { multiple: true }
      ? string[]
      : string;
};

/** Runs a command's work. What the user can mend becomes a line on stderr and an exit code. */
export async function reportUserErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
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
