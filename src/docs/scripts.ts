import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const made = new Map<string, Promise<string>>();

/** The scripts of the pages. */
export const scriptNames = ["page", "try"] as const;

/** The script of that name in `browser/`, in one piece. It is made once. */
export function pageScript(name: (typeof scriptNames)[number]): Promise<string> {
  const script = made.get(name) ?? bundle(name);
  made.set(name, script);
  return script;
}

/** What a build has made of a script beforehand stands beside it: whoever has the package needs no bundler. */
export function bundleFile(name: string): string {
  return `browser/${name}.min.js`;
}

async function bundle(name: string): Promise<string> {
  const prebuilt = await readFile(new URL(bundleFile(name), import.meta.url), "utf8").catch(() => undefined);
  if (prebuilt !== undefined) return prebuilt;
  const { build } = await import("esbuild");
  // Beside this file the sources are TypeScript, in the package JavaScript.
  const entry = fileURLToPath(new URL(`browser/${name}${extname(import.meta.url)}`, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
  // An element would end where its text says so.
  return (outputFiles[0]?.text ?? "").trim().replaceAll("</script", "<\\/script");
}
