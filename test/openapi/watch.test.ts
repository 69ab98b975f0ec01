import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { watchFolders } from "../../src/openapi/watch.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("every way in which files change is seen, once, when it is over", async () => {
  await using temporary = await temporaryFolder();
  const at = (...path: string[]) => join(temporary.folder, ...path);
  await mkdir(at("openapi"));
  await writeFile(at("openapi", "a.yaml"), "one");
  const ending = new AbortController();
  const places = [at("openapi"), at("not-yet"), at("alone", "a.yaml")];
  const changes = (await watchFolders(places, ending.signal))[Symbol.asyncIterator]();

  const ways: Record<string, () => Promise<unknown>> = {
    "written with as many bytes": () => writeFile(at("openapi", "a.yaml"), "two"),
    "replaced, as editors do": async () => {
      await writeFile(at("draft"), "six");
      await rename(at("draft"), at("openapi", "a.yaml"));
    },
    "added in a new folder": async () => {
      await mkdir(at("openapi", "overlays"));
      await writeFile(at("openapi", "overlays", "a.ja.yaml"), "");
    },
    removed: () => rm(at("openapi"), { recursive: true }),
    "back again": async () => {
      await mkdir(at("openapi"));
      await writeFile(at("openapi", "a.yaml"), "two");
    },
    "a file by itself, whatever is beside it": async () => {
      await mkdir(at("alone"));
      await writeFile(at("alone", "a.yaml"), "");
    },
    "added in a folder that was not there": async () => {
      await mkdir(at("not-yet"));
      await writeFile(at("not-yet", "b.yaml"), "");
    },
  };
  for (const [way, change] of Object.entries(ways)) {
    await change();
    expect(await changes.next(), way).toEqual({ done: false, value: undefined });
  }

  await writeFile(at("alone", "b.yaml"), "");
  const next = changes.next();
  expect(await Promise.race([next, setTimeout(600, "nothing")])).toBe("nothing");
  ending.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});
