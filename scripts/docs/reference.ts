import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { UserError } from "../command.ts";
import { redocly } from "../redocly.ts";
import { type Html, html } from "./html.ts";
import { icon } from "./icon.ts";
import { readingCopy } from "./reading-copy.ts";
import type { Sample } from "./samples.ts";
import { languageName } from "./translations.ts";
import { type Words, wordsOf } from "./words.ts";

/** One page of the reference: a document in one language. */
export interface ReferencePage {
  /** The API's name. */
  name: string;
  language: string;
  document: OpenApiDocument;
  /** The page's file, and those of the document, without their endings: `<api>`, `<api>.<language>`. */
  stem: string;
  /** The same in other languages. */
  others: { language: string; stem: string }[];
}

const template = fileURLToPath(new URL("reference.hbs", import.meta.url));

/** Makes the page, which needs no network. */
export async function referencePage(
  page: ReferencePage,
  samples: Map<string, Sample[]>,
  signal?: AbortSignal,
): Promise<string> {
  const words = wordsOf(page.language);
  const workplace = await mkdtemp(join(tmpdir(), "login-apis-"));
  try {
    const source = join(workplace, "document.json");
    const output = join(workplace, "page.html");
    await writeFile(source, JSON.stringify(readingCopy(page, samples, words)));
    const options = {
      language: page.language,
      description: page.document.info.summary ?? page.document.info.title,
      icon,
      labels: JSON.stringify(words.labels).replaceAll("<", "\\u003c"),
      bar: bar(page, words).source,
    };
    await redocly(
      [
        ...["build-docs", source, "-o", output, "--inlineBundle", "-t", template],
        ...Object.entries(options).map(([name, value]) => `--templateOptions.${name}=${value}`),
      ],
      signal,
    );
    return settle(await readFile(output, "utf8"));
  } finally {
    await rm(workplace, { recursive: true });
  }
}

function bar({ stem, others }: ReferencePage, words: Words): Html {
  return html`<nav class="docs-bar" aria-label="${words.navigation}"><a href="index.html">← ${words.back}</a>${others.map(
    (other) =>
      html` <a href="${other.stem}.html" hreflang="${other.language}" lang="${other.language}">${languageName(other.language)}</a>`,
  )} <a href="${stem}.yaml">YAML</a> <a href="${stem}.json">JSON</a></nav>`;
}

const wordmark =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='36' height='12'%3E%3Ctext y='10' font-family='sans-serif' font-size='11' fill='%23577'%3ERedoc%3C/text%3E%3C/svg%3E";

/** What Redoc has no option for. */
const changes: { what: string; from: RegExp; to: string }[] = [
  {
    what: "the logo that it would ask the network for",
    from: /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g,
    to: wordmark,
  },
  // It prerenders for a server that knows paths, then routes by the hash; React keeps the links as they were prerendered.
  { what: "the prerendered links", from: /(?<=<a\b[^>]* href=")(?=\/)/g, to: "#" },
  {
    what: "the labels, which only its commercial edition can translate",
    from: /translate:\((\w),(\w)\)=>\(typeof \2==`string`\?\2:\2\?\.defaultValue\)\|\|\1\|\|``/g,
    to: "translate:($1,$2)=>{let text=(typeof $2==`string`?$2:$2?.defaultValue)||$1||``;return globalThis.redocLabels?.[text]??text}",
  },
];

function settle(page: string): string {
  return changes.reduce((text, { what, from, to }) => {
    if (text.search(from) < 0)
      throw new UserError(`This version of Redoc lacks ${what}: mend scripts/docs/reference.ts.`);
    return text.replace(from, to);
  }, page);
}
