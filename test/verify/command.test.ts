import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { verifyCommand } from "../../src/cli/verify.ts";
import { startProcess, untilEnd } from "../support/processes.ts";
import { serve } from "../support/serve.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { honestServices } from "./services.ts";

const api = "refresh-login";
const documents = await readDocuments();
const env = { LOGIN_APIS_USER: "a.person", LOGIN_APIS_PASSWORD: "the-right-password" };

function verify(args: string[]) {
  return startProcess(process.execPath, ["--import", "tsx", "scripts/verify.ts", ...args], { env });
}

/** An honest service that counts, and ends the asking process as soon as it has been asked so often. */
async function counted(endsAt = Infinity, end: () => void = () => {}) {
  const service = honestServices[api]?.create();
  const asked: string[] = [];
  const served = await serve(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const sent = await text(request);
    asked.push(`${method} ${url} ${sent}`);
    if (asked.length === endsAt) return end();
    const { status, body } = service?.({ method, path: url, headers, text: sent }) ?? { status: 500, body: {} };
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  return { ...served, asked };
}

test("without --yes it says what it would send, sends nothing, and ends with 2", async () => {
  const service = await counted();
  const { code, stdout, stderr } = await untilEnd(verify([api, "--server", service.url]));
  await service.close();
  expect([code, stdout, service.asked]).toEqual([2, "", []]);
  expect(stderr).toContain("safe   unknownUser: Logs in a user that does not exist.");
  expect(stderr).toContain("0 of your account, 2 of users that do not exist.");
  expect(stderr).toContain("Nothing was sent. To send it, add --yes.");
});

test("killed within a request, it sends nothing twice when run again with its --resume", async () => {
  await using place = await temporaryFolder();
  const journal = join(place.folder, "journal");
  let kill = () => {};
  const service = await counted(3, () => kill());
  const args = [api, "--server", service.url, "--yes", "--json", "--resume", journal];
  const first = verify(args);
  kill = () => first.kill();
  await untilEnd(first);
  const { code, stdout } = await untilEnd(verify(args));
  await service.close();
  expect(new Set(service.asked).size).toBe(service.asked.length);
  expect(code).toBe(0);
  const { verdicts } = JSON.parse(stdout) as { verdicts: { verdict: string; seen: string }[] };
  expect(verdicts.map(({ seen }) => seen)).toContain(
    "inventedRefreshToken: an earlier run ended while it was asked, and it is not sent twice",
  );
  const kept = await readFile(journal, "utf8");
  for (const canary of [...Object.values(env), new URL(service.url).host])
    expect(`${kept}${stdout}`).not.toContain(canary);
});

test.each<[string, string[], Partial<typeof env>, string]>([
  ["no server", [api], env, "Say which service to ask: --server <url>"],
  ["plain http", [api, "--server", "http://login.example.com", "--yes"], env, "--server: insecure_url"],
  [
    "no credentials",
    [api, "--server", "https://login.example.com"],
    { LOGIN_APIS_USER: "a.person" },
    "Set LOGIN_APIS_PASSWORD: ",
  ],
  [
    "a risk that is none",
    [api, "--server", "https://login.example.com", "--risk", "login"],
    env,
    "--risk login: there is no such risk. Known: wrongPassword.",
  ],
])("%s is refused before anything is sent", async (_, args, own, message) => {
  vi.stubEnv("LOGIN_APIS_USER", own.LOGIN_APIS_USER);
  vi.stubEnv("LOGIN_APIS_PASSWORD", own.LOGIN_APIS_PASSWORD);
  const refused = await verifyCommand(args, async (name) => {
    const source = documents.find((each) => each.name === name);
    if (!source) throw new Error(`there is no document ${name}`);
    return source;
  }).catch((error: unknown) => error);
  vi.unstubAllEnvs();
  expect(refused).toMatchObject({ name: "UserError", exitCode: 2, message: expect.stringContaining(message) });
});
