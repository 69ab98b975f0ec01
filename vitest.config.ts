import { defineConfig } from "vitest/config";
import type { Reporter, TestModule } from "vitest/node";

/** Closes the run with one plain line of figures, for programs that read the output. */
const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((each) => each === state).length;
    const broken = modules.filter((module) => module.state() === "failed" && module.errors().length > 0).length;
    process.stdout.write(
      `\n${count("passed")} passed, ${count("failed") + broken} failed, ${count("skipped")} skipped\n`,
    );
  },
};

/** Tests that measure time, or open a thousand connections: they want the machine for themselves. */
const alone = ["test/{session,store}/**/*.test.ts", "test/unit/hostile-replies.test.ts"];

export default defineConfig({
  test: {
    reporters: ["default", closingLine],
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: alone,
          // By default Vitest leaves a core free for its watcher.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
