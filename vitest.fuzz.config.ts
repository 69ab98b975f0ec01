import { defineConfig } from "vitest/config";

/** The property tests, so many times as many cases as in `npm test`: requests to the mock, and what asks it by HTTP or judges a reply. */
const cases = [
  { factor: 100, include: ["test/mock/{fuzz,generated}.test.ts"] },
  {
    factor: 20,
    include: [
      "test/login/judge-properties.test.ts",
      "test/mock-service/**/*.test.ts",
      "test/session-faults/flat.test.ts",
    ],
  },
];

export default defineConfig({
  test: {
    projects: cases.map(({ factor, include }, index) => ({
      test: {
        name: `${factor} times`,
        include,
        testTimeout: 30_000,
        env: { LOGIN_APIS_FUZZ_FACTOR: `${factor}` },
        sequence: { groupOrder: index },
      },
    })),
  },
});
