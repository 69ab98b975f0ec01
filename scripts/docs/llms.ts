import type { ApiFacts } from "./facts.ts";
import type { Sample } from "./samples.ts";
import { languageName, type Translation } from "./translations.ts";

/** A text for readers that are programs: what there is, and where (https://llmstxt.org). */
export function llmsText(apis: ApiFacts[], samples: Map<string, Sample[]>, translations: Translation[]): string {
  const parts = apis.map((api) => {
    const operations = api.operations.map(({ operation: { method, path, operation }, replies }) => {
      const code = (samples.get(`${api.name}/${operation.operationId}`) ?? []).map(
        ({ language, source }) => `\`\`\`${language}\n${source}\n\`\`\``,
      );
      const scenarios = replies.map(({ reply }) => `\`${reply.name}\` (${reply.example["x-outcome"]})`).join(", ");
      return `### ${method.toUpperCase()} ${path}\n\n${operation.summary}. Scenarios: ${scenarios}.\n\n${code.join("\n\n")}`;
    });
    const documents = [
      `- [OpenAPI document, YAML](${api.name}.yaml): the contract itself`,
      `- [OpenAPI document, JSON](${api.name}.json): the same`,
      `- [Reference](${api.name}.html): for people, needs JavaScript`,
      ...translations
        .filter(({ name }) => name === api.name)
        .map(({ language }) => `- [OpenAPI document, YAML, ${languageName(language)}](${api.name}.${language}.yaml)`),
    ];
    return `## ${api.title}

${api.summary}

- Host: ${api.host ?? "every installation has its own"}
- Success: ${api.login.success}
- Failure: ${api.login.failure}
- Lifetime of the token: ${api.login.lifetime}
- Renewal: ${api.login.renewal}
- Every other call carries: \`${api.login.header}\`
${documents.join("\n")}

${operations.join("\n\n")}`;
  });
  return `# login-apis

> OpenAPI documents, typed clients and mocks of ${apis.length} login APIs that publish no contract of their own.

Facts that an API's own page does not state carry \`x-provenance\` in its document, with the reason beside it. A named
example is a scenario: the request example of a name causes the response example of that name.

${parts.join("\n\n")}
`;
}
