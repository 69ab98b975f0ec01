// `npm run test:sharing [-- <seconds> [<what>]]`: real processes that share records, of each runtime and of all by turns, and
// scenes of logins in files and in Redis. `what` chooses those whose line contains it.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { installLocked } from "../support/locked-packages.ts";
import { repository } from "../support/processes.ts";
import { startRedis } from "../support/redis-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { faults } from "./faults.ts";
import { readTimes } from "./reads.ts";
import { buildWorker, mix, ownCluster, ownThreads, problemsOf, programsIn } from "./rig.ts";
import { type Found, play, scenes } from "./scenes.ts";

const [seconds = "60", wanted = ""] = process.argv.slice(2);
const write = (line: string) => process.stdout.write(`${line}\n`);
let failures = 0;

await using temporary = await temporaryFolder();
const worker = await buildWorker();

/** Plays one line of the table, and prints it. */
async function show(what: string, run: (folder: string) => Promise<Found>): Promise<void> {
  if (!what.includes(wanted)) return;
  const folder = join(temporary.folder, what.replaceAll(/\W+/g, "-"));
  const { figures, problems } = await run(folder).catch((error) => ({ figures: {}, problems: [String(error)] }));
  const printed = Object.entries(figures).map(([name, value]) => `${value} ${name}`);
  write(`${problems.length > 0 ? "FAILED" : "ok    "} ${what}: ${printed.join(", ")}`);
  for (const problem of problems.slice(0, 10)) write(`       ${problem}`);
  if (problems.length > 0) failures++;
}

const installed = await installLocked(join(repository, "test/runtimes/versions"), "login-apis-runtimes");
const programs = programsIn(installed.folder);
const missing = programs.filter(({ file }) => !existsSync(file));
for (const { name } of missing) {
  write(`FAILED ${name}: it could not be fetched from npm${installed.problem ? `: ${installed.problem}` : ""}`);
  failures++;
}
const present = programs.filter((program) => !missing.includes(program));
const all = [...present, ownThreads, ownCluster];
const mixes = [...all.map((program) => [program]), all];
for (const each of mixes) {
  const what = `swaps, ${each.length > 1 ? "all runtimes by turns" : each[0]?.name}`;
  await show(what, async (folder) => {
    const figures = await mix(worker, folder, each, { seconds: Number(seconds) });
    const { landed, lost, twice, unknown, killed, stopped } = figures;
    return {
      figures: { landed, unknown, lost: lost.length, "granted twice": twice.length, killed, stopped },
      problems: problemsOf(figures),
    };
  });
}

await show("10,000 records in one place", async (folder) => {
  const { few, many } = await readTimes(folder);
  const problems = many > few * 1.5 ? ["a read costs more than half as much again as with ten"] : [];
  return { figures: { "µs with 10": Math.round(few * 1000), "µs with 10,000": Math.round(many * 1000) }, problems };
});

for (const scene of scenes) {
  await show(`files, ${scene.what}`, (folder) => play(scene, worker, folder, { folder: join(folder, "records") }));
  await show(`Redis, ${scene.what}`, async (folder) => {
    await using redis = await startRedis();
    return await play(scene, worker, folder, { redis: redis.url });
  });
}

for (const { what, play } of faults) {
  await show(what, async (folder) => {
    await mkdir(folder, { recursive: true });
    return await play(folder);
  });
}

process.exitCode = failures > 0 ? 1 : 0;
