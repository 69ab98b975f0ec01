import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chown } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./serve.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A Postgres of a test's own, in a folder that is gone with it. */
export interface PostgresServer extends AsyncDisposable {
  /** What libpq, and so every client, takes from the environment. */
  environment: Record<string, string>;
}

const run = promisify(execFile);
const debian = "/usr/lib/postgresql";

function programs(): string {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(debian, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  if (!found) throw new Error("There is no Postgres: apt-get install postgresql.");
  return found;
}

/** Starts a real Postgres on a free port of 127.0.0.1: as Debian's user for it where root runs this, as whom it refuses to run. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = programs();
  const temporary = await temporaryFolder();
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (what) => Number((await run("id", [what, "postgres"])).stdout)),
    );
    await chown(temporary.folder, uid as number, gid as number);
  }
  const asUser = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const commandOf = (name: string, ...args: string[]): [string, string[]] => {
    const [file = "", ...rest] = [...asUser, join(bin, name), ...args];
    return [file, rest];
  };

  const data = join(temporary.folder, "data");
  const options = { cwd: temporary.folder };
  await run(...commandOf("initdb", "--pgdata", data, "--username=tests", "--auth=trust", "--no-sync"), options);
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "fsync=off"];
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  const child = spawn(...commandOf("postgres", ...args), { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const kill = () => child.kill("SIGQUIT");
  process.once("exit", kill);
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
      if (said.includes("ready to accept connections")) resolve();
    });
    child.stderr.on("end", () => reject(new Error(`postgres did not start:\n${said}`)));
  });
  return {
    environment: { PGHOST: "127.0.0.1", PGPORT: `${port}`, PGUSER: "tests", PGDATABASE: "postgres" },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "close");
      kill();
      await ended;
      process.removeListener("exit", kill);
      await temporary[Symbol.asyncDispose]();
    },
  };
}
