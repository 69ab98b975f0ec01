/** Gives every part of a page an id of its own. */
export class Ids {
  readonly #taken = new Set<string>();

  /** How many there are. */
  get count(): number {
    return this.#taken.size;
  }

  /** The id that is wanted, or that with a number if it is taken. */
  take(wanted: string): string {
    const base = wanted.replace(/\s+/g, "_");
    let id = base;
    for (let count = 2; this.#taken.has(id); count += 1) id = `${base}-${count}`;
    this.#taken.add(id);
    return id;
  }
}
