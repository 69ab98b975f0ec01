/** Why something that no login page says is believed. Equal reasons are one note. */
export interface Note {
  number: number;
  kind: string;
  /** The day on which the service itself answered so. */
  observed?: string;
  /** Markdown. */
  reason: string;
  uses: Use[];
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

interface Provenance {
  "x-provenance"?: unknown;
  "x-provenance-reason"?: unknown;
  "x-observed"?: unknown;
}

/** Numbers the reasons of a page in the order in which a reader comes across them. */
export class Notes {
  readonly all: Note[] = [];

  /** The marks of what carries `x-provenance`, known to the reader as `place`. */
  mark(node: unknown, place: string): Mark[] {
    return entriesOf(node).map(({ kind, reason, observed }) => {
      const note = this.#noteOf(kind, reason, observed);
      const id = `from-${note.number}-${note.uses.length + 1}`;
      note.uses.push({ place, id });
      return { number: note.number, kind, id, ...(observed !== undefined && { observed }) };
    });
  }

  /** Whether the reason stands among the notes. */
  has(node: unknown): boolean {
    return entriesOf(node).every(({ kind, reason, observed }) => this.#find(kind, reason, observed) !== undefined);
  }

  #noteOf(kind: string, reason: string, observed: string | undefined): Note {
    const known = this.#find(kind, reason, observed);
    if (known) return known;
    const number = this.all.length + 1;
    const note: Note = { number, kind, reason, uses: [], ...(observed !== undefined && { observed }) };
    this.all.push(note);
    return note;
  }

  #find(kind: string, reason: string, observed: string | undefined): Note | undefined {
    return this.all.find((note) => note.kind === kind && note.reason === reason && note.observed === observed);
  }
}

/** Where one place has several reasons, `x-provenance` is a list of them. */
function entriesOf(node: unknown): { kind: string; reason: string; observed?: string }[] {
  if (typeof node !== "object" || node === null) return [];
  const { "x-provenance": kind, "x-provenance-reason": reason, "x-observed": observed } = node as Provenance;
  if (Array.isArray(kind)) return kind.flatMap(entriesOf);
  if (typeof kind !== "string" || typeof reason !== "string") return [];
  return [{ kind, reason, ...(typeof observed === "string" && { observed }) }];
}
