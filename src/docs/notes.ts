import { type ProvenanceEntry, settlementsOf } from "../openapi/verification.ts";

/** Why something that no login page says is believed. Equal reasons are one note. */
export interface Note {
  number: number;
  kind: string;
  /** The day on which the service itself answered so. */
  observed?: string;
  /** Markdown. */
  reason: string;
  uses: Use[];
  /** The probes by which the service itself settles it. */
  probes: string[];
  /** Markdown: why none can. */
  unsettled?: string;
}

/** One place that a note is about. */
export interface Use {
  /** What a reader knows the place by. */
  place: string;
  /** The id of the mark there. */
  id: string;
}

/** Stands right behind what is not documented, and leads to the note that says why. */
export interface Mark {
  number: number;
  kind: string;
  observed?: string;
  id: string;
}

/** Numbers the reasons of a page in the order in which a reader comes across them. */
export class Notes {
  readonly all: Note[] = [];

  /** The marks of what carries `x-provenance`, known to the reader as `place`. */
  mark(node: unknown, place: string): Mark[] {
    return entriesOf(node).map((entry) => {
      const { kind, observed } = entry;
      const note = this.#noteOf(entry);
      const id = note.uses.length === 0 ? `from-${note.number}` : `from-${note.number}-${note.uses.length + 1}`;
      note.uses.push({ place, id });
      return { number: note.number, kind, id, ...(observed !== undefined && { observed }) };
    });
  }

  /** Whether the reason stands among the notes. */
  has(node: unknown): boolean {
    return entriesOf(node).every((entry) => this.#find(entry) !== undefined);
  }

  #noteOf(entry: Entry): Note {
    const { kind, reason, observed, probes, unsettled } = entry;
    const known = this.#find(entry);
    if (known) {
      known.probes = [...new Set([...known.probes, ...probes])];
      return known;
    }
    const note: Note = {
      number: this.all.length + 1,
      kind,
      reason,
      uses: [],
      probes,
      ...(observed !== undefined && { observed }),
      ...(unsettled !== undefined && { unsettled }),
    };
    this.all.push(note);
    return note;
  }

  #find({ kind, reason, observed }: Entry): Note | undefined {
    return this.all.find((note) => note.kind === kind && note.reason === reason && note.observed === observed);
  }
}

interface Entry {
  kind: string;
  reason: string;
  observed?: string;
  probes: string[];
  unsettled?: string;
}

/** Where one place has several reasons, `x-provenance` is a list of them. */
function entriesOf(node: unknown): Entry[] {
  if (typeof node !== "object" || node === null) return [];
  const entry = node as Partial<ProvenanceEntry>;
  const { "x-provenance": kind, "x-provenance-reason": reason, "x-observed": observed } = entry;
  if (Array.isArray(kind)) return kind.flatMap(entriesOf);
  if (typeof kind !== "string" || typeof reason !== "string") return [];
  const unsettled = entry["x-verify-reason"];
  return [
    {
      kind,
      reason,
      probes: settlementsOf(entry).map(({ probe }) => probe),
      ...(observed !== undefined && { observed }),
      ...(unsettled !== undefined && { unsettled }),
    },
  ];
}
