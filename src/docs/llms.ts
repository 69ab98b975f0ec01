import { type Guide, readGuide } from "./guide.ts";
import { linkTo } from "./layout.ts";
import type { ApiPage } from "./model.ts";
import { wordsOf } from "./words.ts";

/** A text for readers that are programs: what there is, and where (https://llmstxt.org). */
export function llmsText(pages: readonly ApiPage[], guides?: readonly Guide[]): string {
  const english = pages.filter(({ language }) => language === "en");
  const others = pages.filter(({ language }) => language !== "en");
  const link = ({ name, language, title, summary }: ApiPage) => entry(title, linkTo(name, language, "md"), summary);
  const documents = pages.map(
    ({ name, language, title }) => `- [${title}, OpenAPI 3.1](${linkTo(name, language, "yaml")}): the contract itself`,
  );
  const { title, description } = wordsOf("en").first;
  const introduction = guides
    ? `# login-apis\n\n> OpenAPI documents, typed clients and mocks of ${english.length} login APIs that publish no contract of their own.`
    : `# ${title}\n\n> ${description}`;
  return `${introduction}

Each page says all that its document says. What the API's own login page does not say has a footnote with the reason. A
scenario is a request and the reply that it gets: the mock answers each as documented.

## APIs

${english.map(link).join("\n")}

## Documents

${documents.join("\n")}
${guideLinks(guides)}${others.length > 0 ? `\n## Optional\n\n${others.map(link).join("\n")}\n` : ""}`;
}

function guideLinks(guides: readonly Guide[] | undefined): string {
  if (!guides) return "";
  const lines = guides.map((guide) => entry(guide.title, linkTo(guide.name, "en", "md"), readGuide(guide).summary));
  return `\n## Guides\n\n${lines.join("\n")}\n`;
}

function entry(title: string, target: string, summary: string): string {
  return summary === "" ? `- [${title}](${target})` : `- [${title}](${target}): ${summary}`;
}
