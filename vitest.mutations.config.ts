import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The folders of tests, those first that take milliseconds: the first test that notices a mutant is the last that it runs. */
const folders = [
  "record",
  "session-keeper",
  "session-attempt",
  "session-state",
  "session-secrets",
  "login",
  "http",
  "session-fetch",
];

class TablesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      folders.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

/**
 * The tests that Stryker runs against every mutant: those of the code that it mutates, and no others. Generated replies are
 * not among them: what they find belongs into a table, and ten thousand a mutant take hours. Nor are a session's faults, shown
 * against real servers, and whole simulated worlds: what they notice in a line of code, its table must.
 */
export default defineConfig({
  test: {
    include: [`test/{${folders.join(",")}}/**/*.test.ts`],
    exclude: ["test/login/judge-properties.test.ts"],
    sequence: { sequencer: TablesFirst },
    // Their modules are loaded once for each mutant.
    isolate: false,
    testTimeout: 5_000,
  },
});
