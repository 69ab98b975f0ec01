import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Invariant } from "./invariants.ts";

/**
 * `npm run test:simulation:mutations`: each of these mistakes in the code breaks an invariant that the simulation
 * watches. A mistake that it does not see fails the run.
 */
const mutations: readonly { breaks: Invariant; mistake: string; file: string; code: string; mutant: string }[] = [
  {
    breaks: "oneSend",
    mistake: "the wait is not written before the password is sent",
    file: "store/shared.ts",
    code: "if (await swap(version, next)) return { before, after: next };",
    mutant: "if (event.type === 'claimed' || (await swap(version, next))) return { before, after: next };",
  },
  {
    breaks: "oneSend",
    mistake: "whoever is not the fastest sends as well",
    file: "store/shared.ts",
    code: "if (await swap(version, next)) return { before, after: next };",
    mutant: "if ((await swap(version, next)) || event.type === 'claimed') return { before, after: next };",
  },
  {
    breaks: "oneSend",
    mistake: "a claim lasts only as long as the attempt should",
    file: "store/record.ts",
    code: "const length = Math.max(shortest, Math.min(longestClaim, shortest * 2 ** unanswered));",
    mutant: "const length = event.timeout / 4;",
  },
  {
    breaks: "oneSend",
    mistake: "a failure leaves no wait",
    file: "store/record.ts",
    code: "return { ...kept, wait: { from: now, until, row, failures, why } };",
    mutant: "return until > now ? kept : kept;",
  },
  {
    breaks: "oneSend",
    mistake: "reset() forgets a claim that is on its way",
    file: "store/record.ts",
    code: "if (!wait?.attempt || !isUnderWay(wait.attempt, now)) return kept;",
    mutant: "if (!wait?.attempt || now > 0) return kept;",
  },
  {
    breaks: "oneSend",
    mistake: "the refresh token that is about to be sent stays in the record",
    file: "store/shared.ts",
    code: "if (await swap(version, next)) return { before, after: next };",
    mutant:
      "if (await swap(version, before.token && next.token ? { ...next, token: { ...before.token, ...next.token } } : next)) return { before, after: next };",
  },
  {
    breaks: "refused",
    mistake: "a refusal is forgotten after an hour",
    file: "store/record.ts",
    code: "credentials: { first: Infinity, longest: Infinity },",
    mutant: "credentials: { first: hour, longest: hour },",
  },
  {
    breaks: "refused",
    mistake: "a refusal of one's own is lost when the store answers again",
    file: "store/merge.ts",
    code: "{ wait: isOwnNew ? mine.wait : undefined, older: [mine.token, base.token] },",
    mutant: "{ wait: mine.wait && !isRefused(mine.wait) && isOwnNew ? mine.wait : undefined, older: [] },",
  },
  {
    breaks: "goodToken",
    mistake: "a call that could have the token fails",
    file: "session/keeper.ts",
    code: "if (!token && !held) throw error;",
    mutant: "if (!token || held) throw error;",
  },
  {
    breaks: "goodToken",
    mistake: "shortly before a token's end calls wait as if there were none",
    file: "session/keeper.ts",
    code: "const patience = held ? halfOfWhatIsLeft(held, now) : limit;",
    mutant: "const patience = limit;",
  },
  {
    breaks: "settles",
    mistake: "calls wait for a renewal that nobody should wait for",
    file: "store/record.ts",
    code: "return end !== undefined && now >= end - Math.min(10 * second, (end - from) / 20);",
    mutant: "return end !== undefined;",
  },
  {
    breaks: "goodToken",
    mistake: "calls wait for all that is left",
    file: "session/keeper.ts",
    code: "return Math.max(1, (end - now) / 2);",
    mutant: "return Math.max(1, (end - now) * 0.9);",
  },
  {
    breaks: "badToken",
    mistake: "a token is used beyond its end",
    file: "store/record.ts",
    code: "return token.end === undefined || now < token.end;",
    mutant: "return token.end === undefined || now < token.end + 1000;",
  },
  {
    breaks: "badToken",
    mistake: "a rejected token is handed out",
    file: "store/record.ts",
    code: "if (!token || token.rejected) return false;",
    mutant: "if (!token) return false;",
  },
  {
    breaks: "goodToken",
    mistake: "what landed in a store that is found away is forgotten",
    file: "store/shared.ts",
    code: "known = withoutRefreshToken(merged({ own: lookAtKnown(), theirs: landed.record, base }, clock()));",
    mutant: "known = withoutRefreshToken(known);",
  },
  {
    breaks: "rejections",
    mistake: "quiet is not heeded",
    file: "store/record.ts",
    code: "if (quiet && now < quiet.until) return record;",
    mutant: "if (quiet && now < 0) return record;",
  },
  {
    breaks: "rejections",
    mistake: "every new token is taken to have helped",
    file: "store/record.ts",
    code: "const firstGap = 30 * second;",
    mutant: "const firstGap = 10 * second;",
  },
  {
    breaks: "rejections",
    mistake: "a grant forgets quiet",
    file: "store/record.ts",
    code: "return { ...rest, ...(staysWaiting && { wait }), token: event.token };",
    mutant: "return { ...(staysWaiting && { wait }), token: event.token };",
  },
  {
    breaks: "settles",
    mistake: "a call waits as long as it takes",
    file: "session/keeper.ts",
    code: "return Math.min(2 * this.#means.connection.timeout + claimSlack, longestTimer);",
    mutant: "return Math.min(20 * this.#means.connection.timeout + claimSlack, longestTimer);",
  },
  {
    breaks: "settles",
    mistake: "a call does not heed its own signal",
    file: "session/keeper.ts",
    code: "return await withinDeadline(patience, signal, (stop) => this.#newToken(stop, held?.id));",
    mutant: "return await withinDeadline(patience, undefined, (stop) => this.#newToken(stop, held?.id));",
  },
  {
    breaks: "settles",
    mistake: "a timer is left behind",
    file: "session/keeper.ts",
    code: "        clearTimeout(timer);\n",
    mutant: "        setTimeout(() => {}, 2 ** 30);\n",
  },
  {
    breaks: "ended",
    mistake: "what is on its way is handed out after end()",
    file: "session/session.ts",
    code: "      keeper.assertNotEnded();\n",
    mutant: "",
  },
  {
    breaks: "ended",
    mistake: "what comes after end() is written",
    file: "session/logins.ts",
    code: "for (const place of [...this.places, this.place, this.asking]) place.end();",
    mutant: "",
  },
  {
    breaks: "ended",
    mistake: "a session that was ended is not",
    file: "session/keeper.ts",
    code: "    this.#ended = true;\n",
    mutant: "",
  },
];

const root = join(import.meta.dirname, "../..");
const wanted = process.argv[2];

async function tryOne({
  breaks,
  mistake,
  file,
  code,
  mutant,
}: (typeof mutations)[number]): Promise<string | undefined> {
  const folder = await mkdtemp(join(root, "node_modules/.mutation-"));
  try {
    await cp(join(root, "src"), join(folder, "src"), { recursive: true });
    for (const tests of ["test/simulation", "test/support"]) {
      await cp(join(root, tests), join(folder, tests), { recursive: true });
    }
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const path = join(folder, "src", file);
    const text = await readFile(path, "utf8");
    if (!text.includes(code)) return `${mistake}: ${file} has no such code any more`;
    await writeFile(
      path,
      text.replace(code, () => mutant),
    );
    const output = await run(folder);
    if (!output.includes('"broken":')) return `${mistake}: the simulation did not run`;
    const broken = /^seed .*$/m.exec(output)?.[0] ?? "nothing";
    const isSeen = broken.includes(`: ${breaks}: `);
    process.stdout.write(`${isSeen ? "seen  " : "UNSEEN"} ${mistake}: ${broken.slice(0, 120)}\n`);
    return isSeen ? undefined : `${mistake} should break ${breaks}: ${broken}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(folder: string): Promise<string> {
  const script = join(folder, "test/simulation/run.ts");
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", script, "750000", "1500", "1", "--first"], { cwd: root }, (_, out) =>
      resolve(out),
    );
  });
}

const queue = mutations.filter(({ mistake }) => !wanted || mistake.includes(wanted));
const problems: string[] = [];
async function work(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const problem = await tryOne(next);
    if (problem) problems.push(problem);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
