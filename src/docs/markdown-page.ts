import { codeSpan, factText } from "./fact-text.ts";
import type { ApiPage, Fact, Member, OperationPart, Rule, Scenario, SchemaPart, SecurityPart, Sent } from "./model.ts";
import type { Mark } from "./notes.ts";
import { type CodeKind, codeKinds, type Samples, sampleBaseUrl, sampleFile } from "./samples.ts";
import { conditionTexts } from "./sentences.ts";
import type { Words } from "./words.ts";

export interface MarkdownOptions {
  words: Words;
  samples: Samples;
  mock: string | undefined;
}

/** The twin of a document's page: the same, in the same order, as Markdown with footnotes. */
export function markdownPage(page: ApiPage, options: MarkdownOptions): string {
  return new Twin(page, options).all();
}

class Twin {
  readonly #page: ApiPage;
  readonly #options: MarkdownOptions;
  readonly #words: Words;

  constructor(page: ApiPage, options: MarkdownOptions) {
    this.#page = page;
    this.#options = options;
    this.#words = options.words;
  }

  all(): string {
    const { title, version, summary, operations } = this.#page;
    const blocks = [
      `# ${title}${version === undefined ? "" : ` ${version}`}`,
      summary,
      ...this.#glance(),
      ...this.#description(),
      ...operations.flatMap((operation) => this.#operation(operation)),
      ...this.#staying(),
      ...this.#notes(),
      ...this.#about(),
    ];
    return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
  }

  #glance(): string[] {
    const { glance, operations } = this.#page;
    const words = this.#words;
    const first = operations.find(({ isFirst }) => isFirst);
    const send = glance.send.map(({ method, path, marks }) => `${codeSpan(`${method} ${path}`)}${this.#marks(marks)}`);
    const host = glance.host === undefined ? words.ownHost : codeSpan(glance.host);
    return [
      `## ${words.glance}`,
      [
        this.#line(words.send, send.join(words.comma)),
        this.#line(words.credentials, this.#sent(glance.credentials), glance.credentialMarks),
        this.#line(words.host, host, glance.hostMarks),
        this.#line(words.success, glance.success, glance.successMarks),
        this.#line(words.failure, `${glance.failure} ${glance.message}`.trim(), glance.failureMarks),
        this.#line(words.lifetime, glance.lifetime, glance.lifetimeMarks),
        ...(glance.refreshLifetime === undefined
          ? []
          : [this.#line(words.refreshLifetime, glance.refreshLifetime, glance.refreshLifetimeMarks)]),
        this.#line(words.renewal, glance.renewal),
        this.#line(words.everyOtherCall, codeSpan(glance.header), glance.headerMarks),
        ...(glance.reasons.length > 0 ? [this.#line(words.codes, ""), ...this.#rules(glance.reasons)] : []),
      ].join("\n"),
      ...(first ? this.#code(first) : []),
    ];
  }

  #description(): string[] {
    const { description, descriptionMarks, servers } = this.#page;
    const words = this.#words;
    return [
      `## ${words.description}${this.#marks(descriptionMarks)}`,
      description.trim(),
      ...servers.flatMap(({ url, description, marks, variables }) => [
        `${words.host}${words.colon}${codeSpan(url)}${this.#marks(marks)} ${description}`.trim(),
        this.#members(variables),
      ]),
    ];
  }

  #operation(operation: OperationPart): string[] {
    const words = this.#words;
    const { method, path, summary, description, marks, parameters, body, replies, parts, scenarios } = operation;
    return [
      `## ${summary}: ${codeSpan(`${method} ${path}`)}${this.#marks(marks)}`,
      description.trim(),
      ...(operation.isFirst ? [] : this.#code(operation)),
      `### ${words.request}`,
      `${words.security}${words.colon}${this.#security(operation.security)}`,
      this.#members(parameters, ({ place }) => words.places[place]),
      ...(body
        ? [
            `${words.body}${words.colon}${body.mediaTypes.map(codeSpan).join(words.comma)} · ${body.required ? words.required : words.optional}${this.#marks(body.marks)}`,
            body.description.trim(),
            ...body.parts.flatMap((part) => this.#part(part)),
          ]
        : []),
      `### ${words.replies}`,
      replies
        .map(({ status, description, marks, mediaTypes, schemas, headers }) => {
          const said = [schemas.map(({ name }) => name).join(words.comma), ...mediaTypes.map(codeSpan)];
          const line = `- HTTP ${status}${words.colon}${said.filter((text) => text !== "").join(" ")}${this.#marks(marks)}`;
          return [line, indented(description), indented(this.#members(headers, () => words.places.header))]
            .filter((text) => text !== "")
            .join("\n");
        })
        .join("\n"),
      ...parts.flatMap((part) => this.#part(part)),
      ...(scenarios.length > 0 ? [`### ${words.scenarios}`, words.scenariosText] : []),
      ...scenarios.flatMap((scenario) => this.#scenario(scenario, operation)),
    ];
  }

  #security(ways: SecurityPart[]): string {
    const words = this.#words;
    if (ways.length === 0) return words.noSecurity;
    const texts = ways.map(({ schemes }) => {
      if (schemes.length === 0) return words.noSecurity;
      return schemes
        .map(({ name, facts, marks, description }) =>
          `${codeSpan(name)}${facts.length > 0 ? ` (${this.#facts(facts)})` : ""}${this.#marks(marks)} ${description}`.trim(),
        )
        .join(words.comma);
    });
    return texts.join(words.facts.or);
  }

  #part({ name, facts, description, marks, alternatives, members }: SchemaPart): string[] {
    const words = this.#words;
    const names = alternatives.map((each) => each.name).join(words.comma);
    return [
      `#### ${name}${facts.length > 0 ? ` (${this.#facts(facts)})` : ""}${this.#marks(marks)}`,
      description.trim(),
      names === "" ? "" : `${words.oneOf}${words.colon}${names}`,
      this.#members(members),
    ];
  }

  #members<Row extends Member>(members: Row[], note?: (row: Row) => string): string {
    const words = this.#words;
    return members
      .map((member) => {
        const { name, required, facts, description, marks } = member;
        const said = [
          ...(note ? [note(member)] : []),
          ...facts.map((fact) => factText(fact, words)),
          ...(required === undefined ? [] : [required ? words.required : words.optional]),
        ];
        const line = `- ${codeSpan(name === "" ? words.wholeBody : name)} ${said.join(" · ")}${this.#marks(marks)}`;
        return description === "" ? line : `${line}\n${indented(description)}`;
      })
      .join("\n");
  }

  #scenario(scenario: Scenario, operation: OperationPart): string[] {
    const words = this.#words;
    const { name, outcome, status, marks, summary, description, requestSummary, requestDescription } = scenario;
    const isShown = scenario.isFirst && operation.isFirst;
    return [
      `#### ${name}${words.colon}${outcome}, HTTP ${status}${this.#marks(marks)}`,
      summary,
      description.trim(),
      ...scenario.invalid.map((reason) => `${words.invalidOnPurpose}${words.colon}${reason}`),
      scenario.replyOnly ? words.replyOnly : "",
      requestSummary === "" ? "" : `${words.sendThis}${words.colon}${requestSummary}`,
      requestDescription.trim(),
      ...(isShown ? [words.shownAbove] : [fenced(scenario.curl, "sh"), ...this.#reply(scenario)]),
    ];
  }

  #reply({ status, replyHeaders, replyText, mediaType }: Scenario): string[] {
    const words = this.#words;
    const headers = Object.entries(replyHeaders).map(([name, value]) => `${name}: ${value}`);
    const type = mediaType === undefined ? "" : ` ${codeSpan(mediaType)}`;
    const lines = [...headers, ...(replyText === undefined ? [] : [replyText])];
    return [
      `${words.getBack}${words.colon}HTTP ${status}${type}${replyText === undefined ? `, ${words.noBody}` : ""}`,
      lines.length === 0 ? "" : fenced(lines.join("\n"), headers.length === 0 ? "json" : ""),
    ];
  }

  #code(operation: OperationPart): string[] {
    const words = this.#words;
    const { samples, mock = sampleBaseUrl } = this.#options;
    const success = operation.scenarios.find(({ isFirst }) => isFirst) ?? operation.scenarios[0];
    const kinds = Object.keys(codeKinds) as CodeKind[];
    const sources = kinds.flatMap((kind) => {
      if (kind === "session" && !operation.isFirst) return [];
      const sample = samples.get(sampleFile(this.#page.name, operation.operationId, kind));
      const source = sample?.replaceAll(sampleBaseUrl, mock) ?? (kind === "curl" ? success?.curl : undefined);
      return source === undefined ? [] : [`${words.tab[kind]}:`, fenced(source, codeKinds[kind])];
    });
    if (!operation.isFirst) return sources;
    return [words.samplesAsk(mock, this.#page.glance.host), ...sources, ...(success ? this.#reply(success) : [])];
  }

  #staying(): string[] {
    const { header, scheme, rejection, refresh } = this.#page.staying;
    const { glance } = this.#page;
    const words = this.#words;
    const name = `${codeSpan(scheme.name)} ${this.#facts(scheme.facts)}`;
    return [
      `## ${words.staying}`,
      [
        this.#line(words.everyOtherCall, `${codeSpan(header)} (${name}) ${scheme.description}`.trim(), scheme.marks),
        this.#line(words.rejection, rejection.length === 0 ? words.notSaid : ""),
        ...this.#rules(rejection),
        this.#line(words.lifetime, glance.lifetime),
        ...(refresh
          ? [
              this.#line(
                words.renewal,
                `${codeSpan(refresh.operation)} ${refresh.authorization ? words.refreshCarries[refresh.authorization] : ""}`.trim(),
              ),
              this.#line(words.credentials, this.#sent(refresh.credentials), refresh.credentialMarks),
              this.#line(words.success, refresh.success, refresh.successMarks),
              this.#line(words.failure, `${refresh.failure} ${refresh.message}`.trim(), refresh.failureMarks),
              ...this.#rules(refresh.reasons),
              this.#line(words.lifetime, refresh.lifetime, refresh.lifetimeMarks),
            ]
          : [this.#line(words.renewal, glance.renewal)]),
      ].join("\n"),
    ];
  }

  #notes(): string[] {
    const { notes, probes, name: api } = this.#page;
    const words = this.#words;
    const asked = probes.map(({ name, summary, consent, after }) => {
      const earlier = after === undefined ? "" : ` ← ${codeSpan(after)}`;
      return this.#line(codeSpan(name), `${summary} ${words.consent[consent]}${earlier}`);
    });
    return [
      `## ${words.notes}`,
      notes.length > 0 ? words.notesText : words.everythingDocumented,
      ...(asked.length > 0 ? [words.settleText(api), asked.join("\n")] : []),
      notes
        .map(({ number, kind, observed, reason, uses, probes: own, unsettled = "" }) => {
          const places = uses.map(({ place }) => place).join(words.comma);
          const settled = [...own.map(codeSpan), unsettled].filter((text) => text !== "").join(words.comma);
          return `[^${number}]: ${words.provenance(kind, observed)}${words.colon}${reason} (${places}) ${settled}`.trim();
        })
        .join("\n"),
    ];
  }

  #about(): string[] {
    const words = this.#words;
    const lines = this.#page.about.map(({ name, text, url, description, marks }) => {
      const said = url === undefined ? text : `[${text}](${url})`;
      return this.#line(words[name], `${said} ${description}`.trim(), marks);
    });
    return [`## ${words.version}`, lines.join("\n")];
  }

  #line(name: string, text: string, marks: Mark[] = []): string {
    const separator = text === "" ? "" : ": ";
    return `- **${name}**${separator}${text}${this.#marks(marks)}`;
  }

  #sent(sent: readonly Sent[]): string {
    const words = this.#words;
    return sent
      .map(({ name, wireName, place, constant, required }) => {
        const value = constant === undefined ? "" : ` = ${JSON.stringify(constant)}`;
        const wire = `${wireName === "" ? "" : `${codeSpan(wireName + value)} `}(${words.places[place]})`;
        const own = name === undefined || name === wireName ? wire : `${codeSpan(name)} → ${wire}`;
        return required ? own : `${own} ${words.optional}`;
      })
      .join(words.comma);
  }

  #rules(rules: Rule[]): string[] {
    const words = this.#words;
    return rules.map((rule) => {
      const conditions = conditionTexts(rule, words).map(({ label, value }) => `${label} ${codeSpan(value)}`.trim());
      return `  - ${conditions.join(words.comma)} → ${rule.result}${this.#marks(rule.marks)}`;
    });
  }

  #facts(facts: Fact[]): string {
    return facts.map((fact) => factText(fact, this.#words)).join(" · ");
  }

  #marks(marks: Mark[]): string {
    return marks.map(({ number }) => `[^${number}]`).join("");
  }
}

/** A block within an entry of a list. */
function indented(text: string): string {
  const lines = text.trim().split("\n");
  return lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n");
}

function fenced(code: string, language: string): string {
  const fence = code.includes("```") ? "````" : "```";
  return `${fence}${language}\n${code}\n${fence}`;
}
