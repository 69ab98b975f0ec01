import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const made = new Map<string, Promise<string>>();

/** The script of that name in `browser/`, in one piece. It is made once. */
export function pageScript(name: "page" | "try"): Promise<string> {
  const script = made.get(name) ?? bundle(name);
  made.set(name, script);
  return script;
}

async function bundle(name: string): Promise<string> {
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
