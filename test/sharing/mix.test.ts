import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { buildWorker, mix, ownNode, problemsOf, programsIn } from "./rig.ts";

/** Every runtime that `npm run test:runtimes` or `test:sharing` has fetched, beside the one that runs this. */
const fetched = programsIn(join(repository, "node_modules", ".cache", "login-apis-runtimes"));
const programs = [ownNode, ...fetched.filter(({ file }) => existsSync(file))];

test("processes that are killed, stopped and continued lose no swap, and get none twice", async () => {
  await using temporary = await temporaryFolder();
  const figures = await mix(await buildWorker(), temporary.folder, programs, { seconds: 6 });
  expect(problemsOf(figures)).toEqual([]);
  expect(figures.killed).toBeGreaterThan(0);
  expect(figures.stopped).toBeGreaterThan(0);
});
