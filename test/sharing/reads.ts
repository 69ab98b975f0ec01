import { join } from "node:path";
import { fileRecords } from "../../src/store/file-records.ts";

/** Milliseconds that a read takes, the middle one of many, with few and with many records in one place. */
export async function readTimes(folder: string, few = 10, many = 10_000): Promise<{ few: number; many: number }> {
  const small = await filled(join(folder, "few"), few);
  const large = await filled(join(folder, "many"), many);
  const times: Record<"few" | "many", number[]> = { few: [], many: [] };
  // By turns, so that both have the same of whatever else the machine does.
  for (let turn = 0; turn < 2_000; turn++) {
    for (const [which, records] of [
      ["few", small],
      ["many", large],
    ] as const) {
      const began = performance.now();
      await records.read(nameOf(turn % few));
      times[which].push(performance.now() - began);
    }
  }
  return { few: middle(times.few), many: middle(times.many) };
}

const nameOf = (each: number) => each.toString(16).padStart(32, "0");

async function filled(folder: string, count: number) {
  const records = fileRecords(folder);
  for (let each = 0; each < count; each++)
    await records.swap(nameOf(each), (await records.read(nameOf(each))).version, "x".repeat(400), 3_600_000);
  return records;
}

function middle(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
