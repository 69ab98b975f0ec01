import { expect, test } from "vitest";
import { judge } from "./judge.ts";
import type { Swapped } from "./work.ts";

const swap = (count: number, id: string, previous: string, said: Swapped["said"] = "landed"): Swapped => ({
  name: "record",
  said,
  count,
  id,
  previous,
});
const last = (count: number, id: string) => [{ name: "record", count, id }];
const nothing = { lost: [], twice: [], denied: [] };

test.each<[string, Swapped[], ReturnType<typeof last>, object]>([
  ["nothing in a chain", [swap(1, "a", ""), swap(2, "b", "a")], last(2, "b"), {}],
  ["nothing where one who landed died before it said so", [swap(1, "a", ""), swap(3, "c", "b")], last(4, "d"), {}],
  ["nothing in what did not land", [swap(1, "a", ""), swap(1, "b", "", "not")], last(1, "a"), {}],
  ["two that landed on one", [swap(1, "a", ""), swap(1, "b", "")], last(1, "b"), { twice: ["record 1"] }],
  ["one that the next did not see", [swap(1, "a", ""), swap(2, "c", "b")], last(2, "c"), { lost: ["record 1"] }],
  ["one that the end does not know", [swap(1, "a", ""), swap(2, "b", "a")], last(1, "a"), { lost: ["record 2"] }],
  ["another in its place at the end", [swap(1, "a", "")], last(1, "b"), { lost: ["record 1"] }],
  [
    "one that landed although it did not",
    [swap(1, "a", "", "not"), swap(2, "b", "a")],
    last(2, "b"),
    { denied: ["record 1"] },
  ],
])("finds %s", (_, swaps, end, expected) => {
  expect(judge(swaps, end)).toMatchObject({ ...nothing, ...expected });
});
