import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../support/processes.ts";
import { serve } from "../support/serve.ts";
import { succeed } from "./installed.ts";

/** A registry on this machine, which has the few packages that it is given and writes down which are taken. */
export interface Registry extends AsyncDisposable {
  url: string;
  /** The names of the packages that were fetched since it was last looked at. npm asks about optional peers too, and fetches none. */
  fetched(): string[];
}

/** Serves packages as they are in node_modules/, packed into a folder. */
export async function openRegistry(names: string[], folder: string): Promise<Registry> {
  const packages = new Map(await Promise.all(names.map(async (name) => [name, await packed(name, folder)] as const)));
  const taken = new Set<string>();
  const { url, close } = await serve((request, response) => {
    const [name = "", ...rest] = decodeURIComponent(request.url ?? "")
      .split("/")
      .slice(1);
    const found = packages.get(name);
    if (!found) return response.writeHead(404).end("{}");
    if (rest.length > 0) {
      taken.add(name);
      return response.writeHead(200).end(found.tarball);
    }
    const tarball = `${url}/${name}/-/${name}-${found.manifest.version}.tgz`;
    const dist = { tarball, integrity: found.integrity, shasum: found.shasum };
    const version = { ...found.manifest, dist };
    return response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        name,
        "dist-tags": { latest: version.version },
        versions: { [version.version]: version },
        time: { [version.version]: "2026-01-01T00:00:00.000Z" },
      }),
    );
  });
  const fetched = () => {
    const names = [...taken].sort();
    taken.clear();
    return names;
  };
  return { url, fetched, [Symbol.asyncDispose]: close };
}

async function packed(name: string, folder: string) {
  const source = join(repository, "node_modules", name);
  const manifest: { version: string } = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  const args = ["pack", "--json", "--ignore-scripts", `--pack-destination=${folder}`, source];
  const [{ filename }] = JSON.parse(await succeed(folder, "npm", ...args));
  const tarball = await readFile(join(folder, filename));
  const hash = (algorithm: string) => createHash(algorithm).update(tarball);
  return {
    manifest,
    tarball,
    integrity: `sha512-${hash("sha512").digest("base64")}`,
    shasum: hash("sha1").digest("hex"),
  };
}
