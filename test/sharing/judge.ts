import type { Swapped } from "./work.ts";

export interface Verdict {
  landed: number;
  /** Swaps that landed and that later ones know nothing of. */
  lost: string[];
  /** Two swaps that landed on the same one. */
  twice: string[];
  /** Swaps that are said not to have landed, and did. */
  denied: string[];
}

/** Whether a store kept its word: `last` is what the records are in the end. */
export function judge(swaps: readonly Swapped[], last: readonly Pick<Swapped, "name" | "count" | "id">[]): Verdict {
  const landed = swaps.filter(({ said }) => said === "landed");
  const byCount = new Map<string, Swapped>();
  const twice: string[] = [];
  for (const swap of landed) {
    const place = `${swap.name} ${swap.count}`;
    if (byCount.has(place)) twice.push(place);
    byCount.set(place, swap);
  }
  const denials = new Set(swaps.filter(({ said }) => said === "not").map(({ id }) => id));
  const lost: string[] = [];
  const denied: string[] = [];
  for (const { name, count, previous } of landed) {
    const before = byCount.get(`${name} ${count - 1}`);
    if (before && before.id !== previous) lost.push(`${name} ${count - 1}`);
    if (denials.has(previous)) denied.push(`${name} ${count - 1}`);
  }
  for (const { name, count, id } of last) {
    const isOther = (byCount.get(`${name} ${count}`)?.id ?? id) !== id;
    if (isOther) lost.push(`${name} ${count}`);
    if (denials.has(id)) denied.push(`${name} ${count}`);
    for (const swap of landed) if (swap.name === name && swap.count > count) lost.push(`${name} ${swap.count}`);
  }
  return { landed: landed.length, lost, twice, denied };
}
