import { type FileHandle, open } from "node:fs/promises";
import { UserError } from "../mock/user-error.ts";
import type { Finding } from "./verdict.ts";

/**
 * What was sent, so that nothing is sent twice: a probe is in it before it leaves. It holds no credential, no token, no
 * host and nothing of a reply but what was found.
 */
export interface Journal {
  /** Whether a login of the reader's account has failed. */
  readonly failedLogin: boolean;
  isDone(probe: string): boolean;
  /** Whether an earlier run ended while it was asked. */
  isCutOff(probe: string): boolean;
  findingsOf(probe: string): Finding[];
  /** Why a probe must not be sent, if it was. */
  whyNot(probe: string): string | undefined;
  begin(probe: string): Promise<void>;
  end(probe: string, findings: Finding[], failedLogin: boolean): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  begun?: string;
  ended?: string;
  findings?: Finding[];
  failedLogin?: boolean;
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
 * The journal in a file, which is made where it is not there. `subject` is what its entries belong to. Throws a
 * `UserError` for a file that is of something else, or no journal.
 */
export async function openJournal(path: string, subject: string): Promise<Journal> {
  const file = await open(path, "a+", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${path}: the journal cannot be opened (${error.code}).`, 2);
  });
  try {
    const entries = await entriesOf(path, file, subject);
    return journalOf(
      entries,
      async (entry) => append(file, entry),
      async () => file.close(),
    );
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function entriesOf(path: string, file: FileHandle, subject: string): Promise<Entry[]> {
  const lines = (await file.readFile("utf8")).split("\n").filter((line) => line !== "");
  if (lines.length === 0) {
    await append(file, { subject });
    return [];
  }
  // A last line that was cut off by an end was of a probe that had not been sent, since it is written before.
  const parsed = lines.flatMap((line, index) => {
    try {
      return [JSON.parse(line) as Entry & { subject?: string }];
    } catch {
      if (index === lines.length - 1 && index > 0) return [];
      throw new UserError(`${path}:${index + 1}: this is no journal of verify. Name another file.`, 2);
    }
  });
  const [first, ...entries] = parsed;
  if (first?.subject !== subject)
    throw new UserError(
      `${path}: this journal is of another API, or of another version of its document. Name another file.`,
      2,
    );
  return entries;
}

async function append(file: FileHandle, entry: object): Promise<void> {
  await file.write(`\n${JSON.stringify(entry)}\n`);
  await file.sync();
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
  return {
    failedLogin: entries.some((entry) => entry.failedLogin),
    isDone: (probe) => ended.has(probe),
    isCutOff: (probe) => begun.has(probe) && !ended.has(probe),
    findingsOf: (probe) => ended.get(probe) ?? [],
    whyNot(probe) {
      if (ended.has(probe)) return "it was asked by an earlier run";
      return begun.has(probe) ? "an earlier run ended while it was asked, and it is not sent twice" : undefined;
    },
    begin: (probe) => write({ begun: probe }),
    end: (probe, findings, failedLogin) => write({ ended: probe, findings, ...(failedLogin && { failedLogin }) }),
    close,
  };
}
