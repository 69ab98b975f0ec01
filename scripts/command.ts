import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** A mistake that the user can mend. Its message says what is wrong, where, and what to do; no stack is shown. */
export class UserError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;
type Values<Known extends Options> = {
  [Name in keyof Known]?: Known[Name] extends { type: "boolean" } ? boolean : string;
};

/**
 * Runs a script's work with its options if the script is what Node was started with, not if another imports it. What
 * the user can mend becomes a line on stderr and an exit code.
 */
export async function command<const Known extends Options>(
  { url }: ImportMeta,
  known: Known,
  work: (options: Values<Known>) => Promise<void>,
): Promise<void> {
  const [, started] = process.argv;
  // Node follows symbolic links for what it loads, not for what it was told to start.
  if (!started || realpathSync(started) !== fileURLToPath(url)) return;
  try {
    await work(readOptions(known));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

function readOptions<Known extends Options>(known: Known): Values<Known> {
  try {
    return parseArgs({ options: known }).values as Values<Known>;
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
