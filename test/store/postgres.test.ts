import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { Pool } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { RecordStore } from "../../src/store/records.ts";
import type { SessionStore } from "../../src/store/store.ts";
import { startLoginService } from "../support/login-service.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { repository } from "../support/processes.ts";
import { entries, readRecipe } from "../support/recipes.ts";
import { describeRecords } from "./contract.ts";

/** That of docs/sharing.md, which is run as it stands. */
let recipe: { pool: Pool; records: RecordStore; store: SessionStore };
let server: PostgresServer;
// Where Node finds `pg`.
const folder = join(repository, "node_modules", ".cache", `login-apis-postgres-${process.pid}`);
beforeAll(async () => {
  server = await startPostgres();
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  vi.stubEnv("LOGINS_SECRET", "a secret of at least 32 characters");
  const contents = await readRecipe("postgres.ts");
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, "postgres.mjs");
  await build({
    stdin: { contents, loader: "ts", resolveDir: repository },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    alias: entries,
    external: ["pg"],
  });
  recipe = await import(outfile);
  const [, table] = /\/\/ (CREATE TABLE .*)/.exec(contents) ?? [];
  await recipe.pool.query(table ?? "");
});
afterAll(async () => {
  await recipe?.pool.end();
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describeRecords("records in Postgres, as docs/sharing.md keeps them", () => recipe.records);

test("sessions share a login by it", async () => {
  const service = await startLoginService();
  const { store } = recipe;
  const sessions = [1, 2, 3].map(() => service.session({ store }));
  const tokens = await Promise.all(sessions.map(async (session) => (await session.token()).value));
  expect(tokens).toEqual(["token-1", "token-1", "token-1"]);
});
