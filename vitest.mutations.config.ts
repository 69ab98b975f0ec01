import { defineConfig } from "vitest/config";

/** The tests that Stryker runs against every mutant: those of the code that it mutates, and no others. */
export default defineConfig({ test: { include: ["test/http/**/*.test.ts"] } });
