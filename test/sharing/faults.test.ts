import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { faults } from "./faults.ts";

test.each(faults.filter(({ isQuick }) => isQuick))("$what costs no working call", async ({ play }) => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.folder, "own");
  await mkdir(folder);
  expect((await play(folder)).problems).toEqual([]);
});
