import { defineConfig } from "vitest/config";

/**
 * The tests that Stryker runs against every mutant: those of the code that it mutates, and no others. Generated replies are
 * not among them: what they find belongs into a table, and ten thousand a mutant take hours. Nor is what calls ten
 * thousand times, and the simulation has a few of its worlds.
 */
export default defineConfig({
  test: {
    include: ["test/{http,login,record,session-*,simulation}/**/*.test.ts"],
    exclude: [
      "test/login/judge-properties.test.ts",
      "test/session-faults/flat.test.ts",
      "test/session-faults/thousand-calls.test.ts",
    ],
    testTimeout: 30_000,
    env: { LOGIN_APIS_SIMULATED_SEEDS: "2" },
  },
});
