import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface WorkerdOptions {
  /** The program. */
  file: string;
  /** Where it works; the modules are written there. */
  folder: string;
  /** The first is the worker. */
  modules: Record<string, string>;
  /** The worker's variables. */
  variables?: Record<string, string>;
  compatibilityDate: string;
}

/** A workerd that runs one worker and reaches loopback only. */
export interface Workerd extends AsyncDisposable {
  url: string;
}

/** Rejects with what workerd said if it does not start. */
export async function startWorkerd({ file, folder, modules, ...options }: WorkerdOptions): Promise<Workerd> {
  for (const [name, text] of Object.entries(modules)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, "config.capnp"), configuration(Object.keys(modules), options));
  const child = spawn(file, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, NO_COLOR: "1" },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const end = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  try {
    return { url: `http://127.0.0.1:${await portOf(child)}`, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function configuration(
  modules: string[],
  { variables = {}, compatibilityDate }: Pick<WorkerdOptions, "variables" | "compatibilityDate">,
): string {
  const text = JSON.stringify;
  const embedded = modules.map((name) => `(name = ${text(name)}, esModule = embed ${text(name)}),`);
  const bindings = Object.entries(variables).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)}),`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [${embedded.join(" ")}],
      bindings = [${bindings.join(" ")}],
      compatibilityDate = ${text(compatibilityDate)},
      globalOutbound = "loopback",
    )),
    (name = "loopback", network = (allow = ["127.0.0.1/32"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
}

/** The port that workerd has chosen. Rejects with what it said if it ends without one. */
function portOf({ stdio, stderr }: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let control = "";
    let said = "";
    stderr?.on("data", (chunk) => {
      said += chunk;
    });
    stdio[3]?.on("data", (chunk) => {
      control += chunk;
      const port = /"port":\s*(\d+)/.exec(control)?.[1];
      if (port) resolve(Number(port));
    });
    stdio[3]?.on("end", () => reject(new Error(`workerd did not start: ${said}`)));
  });
}
