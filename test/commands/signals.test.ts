import { test } from "vitest";
import { type StartedProcess, startProcess } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";
import { listenAgainAt } from "./served.ts";

/** npm runs a script in a shell, and to neither of them comes what is sent to npm alone. */
const ways: [name: string, end: (npm: StartedProcess) => void][] = [
  ["SIGTERM to npm", (npm) => npm.terminate()],
  ["SIGKILL to npm", (npm) => npm.killAlone()],
  ["Ctrl-C", (npm) => npm.interruptGroup()],
];
const commands: [command: string, args: string[]][] = [
  ["npm start", ["start", "--"]],
  ["npm run mock", ["run", "mock", "--"]],
];

test.concurrent.for(
  commands.flatMap(([command, args]) => ways.map(([name, end]) => [command, name, args, end] as const)),
)("%s leaves no process after %s", async ([, , args, end], { expect }) => {
  await using project = await copyProject({ documents: ["onebox"] });
  await using npm = startProcess("npm", [...args, "--port", "0"], { cwd: project.folder });
  // Of `npm start` as long as the docs are being made, which is another process.
  const url = await npm.printed(/^Mock.*?(http:\/\/[\d.:]+)/m);
  end(npm);
  await expect.poll(npm.running, { timeout: 5_000 }).toBe(0);
  await listenAgainAt(url);
});
