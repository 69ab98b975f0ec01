import { join } from "node:path";
import { defineConfig } from "vitest/config";
import type { Reporter, SerializedError, TestModule } from "vitest/node";
import { linuxAlone } from "./test/upkeep/linux-alone.ts";

/**
 * Closes the run with one plain line of figures, for programs that read the output. A file or a `describe` that failed
 * beside its tests, by a hook for example, counts as one that failed, and so does every error that nothing caught.
 */
const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = suites.filter((suite) => suite.errors().length > 0).length + unhandled.length;
    process.stdout.write(
      `\n${count("passed")} passed, ${count("failed") + broken} failed, ${count("skipped")} skipped\n`,
    );
  },
};

/** Tests that measure memory, wait by real timers, open a thousand connections, or replace a module of the platform. */
const alone = ["test/{session-faults,session-fetch}/**/*.test.ts", "test/store/file.test.ts"];

/**
 * What is shown before a release and by CI, `npm run test:release`, and not what a change of the code is tried with: the packed
 * package and its command, its reference, every page in every way, two servers in a storm, and what Redocly's commands make of workflows and of documents that changed.
 */
const release = [
  "test/package/**/*.test.ts",
  "test/docs/{every-page,reference}.test.ts",
  "test/mock/command.test.ts",
  "test/recipes/{browser,next,worker}.test.ts",
  "test/workflows/**/*.test.ts",
  "test/commands/{cut-off,diff,help,network,signals,two-starts}.test.ts",
];

/** See `linuxAlone`. */
const missing = process.platform === "linux" ? [] : Object.keys(linuxAlone);

export default defineConfig({
  test: {
    reporters: ["default", closingLine],
    globalSetup: [join(import.meta.dirname, "test", "support", "cut-off.ts")],
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...alone, ...release, ...missing],
          // Half of their time is the loading of the same modules: a worker keeps them for all the files that it runs.
          isolate: false,
          // By default Vitest leaves a core free for its watcher.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: "release", include: release, maxWorkers: "100%", sequence: { groupOrder: 2 } } },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
