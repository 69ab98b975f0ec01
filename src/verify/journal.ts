import { type FileHandle, open } from "node:fs/promises";
import { isObject } from "../login/fits.ts";
import { UserError } from "../openapi/user-error.ts";
import type { Finding } from "./verdict.ts";

/**
 * What was sent, so that nothing is sent twice: a probe is in it before it leaves. It holds no credential, no token, no
 * host and nothing of a reply but what was found.
 */
export interface Journal {
  /** Whether a login of the reader's account has failed, or may have: of one that was cut off nobody knows. */
  readonly failedLogin: boolean;
  /** Whether the path of the reading calls was seen to need a token. */
  readonly isPathClosed: boolean;
  isDone(probe: string): boolean;
  findingsOf(probe: string): Finding[];
  /** Why a probe must not be sent, if it was. */
  whyNot(probe: string): string | undefined;
  begin(probe: string, mayFail: boolean): Promise<void>;
  end(probe: string, findings: Finding[], seen: Seen): Promise<void>;
  close(): Promise<void>;
}

/** What a reply has shown beside its findings. */
interface Seen {
  failedLogin?: boolean;
  isPathClosed?: boolean;
}

interface Entry extends Seen {
  begun?: string;
  /** Whether what is begun can be a failed login of the reader's account. */
  mayFail?: boolean;
  ended?: string;
  findings?: Finding[];
}

/** A journal that nothing outlives. */
export function noJournal(): Journal {
  return journalOf(
    [],
    async () => {},
    async () => {},
  );
}

/**
 * The journal in a file, which is made where it is not there. `subject` is what its entries belong to, as a text that says
 * nothing of it. Throws a `UserError` for a file that is of something else, or no journal.
 */
export async function openJournal(path: string, subject: string): Promise<Journal> {
  const file = await open(path, "a+", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${path}: the journal cannot be opened (${error.code}).`, 2);
  });
  try {
    // A device may have no end.
    if (!(await file.stat()).isFile()) throw new UserError(`${path}: a journal is a file. Name another.`, 2);
    const text = await file.readFile("utf8");
    const entries = entriesOf(path, text, subject);
    const append = appender(path, file, Buffer.byteLength(text));
    if (text.trim() === "") await append({ subject });
    return journalOf(entries, append, async () => file.close());
  } catch (error) {
    await file.close();
    throw error;
  }
}

function entriesOf(path: string, text: string, subject: string): Entry[] {
  const lines = text.split("\n").filter((line) => line !== "");
  if (lines.length === 0) return [];
  const [first, ...entries] = lines.flatMap((line, index) => {
    const entry = entryOf(line);
    if (entry) return [entry];
    // A line that was cut off is of a probe that had not been sent, since it is written before, or of a reply.
    if (index > 0 && line.startsWith("{")) return [];
    throw new UserError(`${path}:${index + 1}: this is no journal of verify. Name another file.`, 2);
  });
  if (first?.subject !== subject)
    throw new UserError(
      `${path}: this journal is of another API, service or account, or of another state of the document. Name another file.`,
      2,
    );
  return entries;
}

function entryOf(line: string): (Entry & { subject?: string }) | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return isObject(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Adds entries to a file that has so many bytes, each on the disk when its promise is kept. Throws a `UserError` where that
 * is impossible, or where another run has written to the file since: both would send the same.
 */
function appender(path: string, file: FileHandle, length: number): (entry: object) => Promise<void> {
  let expected = length;
  return async (entry) => {
    const line = `\n${JSON.stringify(entry)}\n`;
    expected += Buffer.byteLength(line);
    const size = await written(file, line).catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`${path}: the journal cannot be written (${error.code}). Nothing more was sent.`, 2);
    });
    if (size !== expected)
      throw new UserError(`${path}: another run writes to this journal too. Nothing more was sent by this one.`, 2);
  };
}

async function written(file: FileHandle, line: string): Promise<number> {
  await file.appendFile(line);
  await file.sync();
  return (await file.stat()).size;
}

function journalOf(
  entries: readonly Entry[],
  write: (entry: Entry) => Promise<void>,
  close: () => Promise<void>,
): Journal {
  const begun = new Set(entries.flatMap((entry) => entry.begun ?? []));
  const ended = new Map(
    entries.flatMap(({ ended: name, findings }) => (name ? [[name, findings ?? []] as const] : [])),
  );
  const isUncertain = ({ begun: name, mayFail }: Entry) => mayFail === true && name !== undefined && !ended.has(name);
  return {
    failedLogin: entries.some((entry) => entry.failedLogin || isUncertain(entry)),
    isPathClosed: entries.some((entry) => entry.isPathClosed),
    isDone: (probe) => ended.has(probe),
    findingsOf: (probe) => ended.get(probe) ?? [],
    whyNot(probe) {
      if (ended.has(probe)) return "it was asked by an earlier run";
      return begun.has(probe) ? "an earlier run ended while it was asked, and it is not sent twice" : undefined;
    },
    begin: (probe, mayFail) => write({ begun: probe, mayFail }),
    end: (probe, findings, seen) => write({ ended: probe, findings, ...seen }),
    close,
  };
}
