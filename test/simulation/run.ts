import { simulate } from "./world.ts";

/**
 * `tsx test/simulation/run.ts [steps] [seeds] [first seed] [--first]`: many worlds, one after the other, and what broke in them.
 * A seed with its steps, alone, is the same world again; with `--first` the first that breaks is the last.
 */
const write = (line: string) => process.stdout.write(`${line}\n`);
const [steps = 1_000_000, seeds = 1_000, first = 1] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith("--"))
  .map(Number);
const endsWithFirst = process.argv.includes("--first");
const totals = { steps: 0, sends: 0, deaths: 0, calls: 0, failures: 0, broken: 0 };
const stepsEach = Math.ceil(steps / seeds);
for (let seed = first; seed < first + seeds; seed++) {
  // One world alone says what happens in it.
  const run = await simulate({
    seed,
    steps: stepsEach,
    ...manyOf(seed),
    ...(seeds === 1 && { trace: (line) => write(line) }),
  });
  for (const { invariant, what, step } of run.broken) {
    write(`seed ${run.seed}, step ${step} of ${stepsEach}: ${invariant}: ${what}`);
  }
  totals.steps += run.steps;
  totals.sends += run.sends;
  totals.deaths += run.deaths;
  totals.calls += run.calls;
  totals.failures += run.failures;
  totals.broken += run.broken.length > 0 ? 1 : 0;
  if (endsWithFirst && totals.broken > 0) break;
}
write(JSON.stringify(totals));
process.exitCode = totals.broken > 0 ? 1 : 0;

/** Most worlds have a few processes, one in 20 a hundred, and one in 500 a thousand. */
function manyOf(seed: number): { processes?: number } {
  if (seed % 500 === 0) return { processes: 1_000 };
  return seed % 20 === 0 ? { processes: 100 } : {};
}
