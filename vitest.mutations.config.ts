import { defineConfig } from "vitest/config";

/**
 * The tests that Stryker runs against every mutant: those of the code that it mutates, and no others. Generated replies are
 * not among them: what they find belongs into a table, and ten thousand a mutant take hours.
 */
export default defineConfig({
  test: {
    include: ["test/{http,login}/**/*.test.ts"],
    exclude: ["test/login/judge-properties.test.ts"],
  },
});
