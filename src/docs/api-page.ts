import { factText } from "./fact-text.ts";
import { breakable, coloured, type Html, html, inlineMarkdown, markdown } from "./html.ts";
import { layOut } from "./layout.ts";
import {
  type ApiPage,
  type Fact,
  type Member,
  type OperationPart,
  type Rule,
  type Scenario,
  type SchemaPart,
  type SecurityPart,
  scenarioName,
} from "./model.ts";
import type { Mark } from "./notes.ts";
import { type CodeKind, codeKinds, type Samples, sampleBaseUrl, sampleFile } from "./samples.ts";
import { conditionTexts, joined, sentPlaces } from "./sentences.ts";
import { pageStyle } from "./style.ts";
import type { Words } from "./words.ts";

/** What a page is made with, beside what its document says. */
export interface PageOptions {
  words: Words;
  /** The languages that the same page is there in. */
  others: readonly string[];
  /** The comparing page of the language, or else the English one. */
  home: string;
  samples: Samples;
  /** Where the mock behind the page answers; without one there is nothing to try. */
  mock: string | undefined;
  /** The address of the site, with a slash at its end. */
  site?: string | undefined;
  /** Whether Redoc's page of the document is there too. */
  redoc?: boolean;
}

/** The page of one document, in one language. */
export async function apiPage(page: ApiPage, options: PageOptions): Promise<string> {
  const { words } = options;
  return layOut({
    words,
    title: `${page.title}: login-apis`,
    description: page.summary || page.title,
    stem: page.name,
    parts: [
      { id: "glance", text: words.glance },
      ...page.operations.map(({ id, summary }) => ({ id, text: summary })),
      { id: "staying", text: words.staying },
      { id: "notes", text: words.notes },
    ],
    others: options.others,
    forms: [
      { ending: "md", text: "Markdown" },
      { ending: "yaml", text: "YAML" },
      { ending: "json", text: "JSON" },
      ...(options.redoc ? [{ ending: "redoc.html", text: "Redoc" }] : []),
    ],
    home: options.home,
    mock: options.mock,
    site: options.site,
    style: await pageStyle(),
    content: new Content(page, options).all(),
  });
}

/** How many scenarios stand beside the members; more of them stand below, in columns. */
const besideMembers = 6;

class Content {
  readonly #page: ApiPage;
  readonly #options: PageOptions;
  readonly #words: Words;

  constructor(page: ApiPage, options: PageOptions) {
    this.#page = page;
    this.#options = options;
    this.#words = options.words;
  }

  all(): Html {
    const { title, version, summary, operations } = this.#page;
    return html`<h1>${title}${version === undefined ? undefined : html` <small>${version}</small>`}</h1>
<p class="lead">${inlineMarkdown(summary)}</p>
${this.#glance()}
${this.#description()}
${operations.map((operation) => this.#operation(operation))}
${this.#staying()}
${this.#notes()}
${this.#about()}`;
  }

  #glance(): Html {
    const { glance } = this.#page;
    const words = this.#words;
    const first = this.#page.operations.find(({ isFirst }) => isFirst);
    const rows: [string, Html][] = [
      [
        words.send,
        html`${glance.send.map(
          ({ id, method, path, marks }) =>
            html`<div><a href="#${id}"><code><b>${method}</b> ${breakable(path)}</code></a>${this.#marks(marks)}</div>`,
        )}`,
      ],
      [words.credentials, html`${sentPlaces(glance.credentials, words)}${this.#marks(glance.credentialMarks)}`],
      [
        words.host,
        html`${glance.host === undefined ? words.ownHost : html`<code>${glance.host}</code>`}${this.#marks(glance.hostMarks)}`,
      ],
      [words.success, html`${inlineMarkdown(glance.success)}${this.#marks(glance.successMarks)}`],
      [
        words.failure,
        html`${inlineMarkdown(glance.failure)} ${inlineMarkdown(glance.message)}${this.#marks(glance.failureMarks)}`,
      ],
      [words.lifetime, html`${inlineMarkdown(glance.lifetime)}${this.#marks(glance.lifetimeMarks)}`],
      ...rowIf(
        words.refreshLifetime,
        glance.refreshLifetime === undefined
          ? undefined
          : html`${inlineMarkdown(glance.refreshLifetime)}${this.#marks(glance.refreshLifetimeMarks)}`,
      ),
      [words.renewal, inlineMarkdown(glance.renewal)],
      [words.everyOtherCall, html`<code>${glance.header}</code>${this.#marks(glance.headerMarks)}`],
      ...rowIf(words.codes, this.#rules(glance.reasons)),
    ];
    return html`<section id="glance" class="split" aria-label="${words.glance}">
<dl class="facts">${rows.map(
      ([name, value]) => html`
<div><dt>${name}</dt><dd>${value}</dd></div>`,
    )}
</dl>
<div class="side">${first ? this.#code(first) : undefined}</div>
</section>`;
  }

  #description(): Html {
    const { description, descriptionMarks, servers } = this.#page;
    const words = this.#words;
    return html`<section id="description">
<h2>${this.#self("description", html`${words.description}`)}${this.#marks(descriptionMarks)}</h2>
<div class="prose">
${markdown(description)}
${servers.map(
  ({
    url,
    description,
    marks,
    variables,
  }) => html`<p>${words.host}${words.colon}<code>${url}</code>${this.#marks(marks)} ${inlineMarkdown(description)}</p>
${variables.length > 0 ? this.#members(variables) : undefined}`,
)}
</div>
</section>`;
  }

  #operation(operation: OperationPart): Html {
    const words = this.#words;
    const { id, method, path, summary, description, marks, replies, parts, scenarios, body } = operation;
    const code = operation.isFirst ? undefined : this.#code(operation);
    const list = this.#scenarios(operation);
    const inTwo = scenarios.length <= besideMembers;
    return html`<section id="${id}">
<h2>${summary} <code><b>${method}</b> ${breakable(path)}</code>${this.#marks(marks)}</h2>
<div class="split">
<div>
<div class="prose">${markdown(description)}</div>
<h3>${words.request}</h3>
<p>${words.security}${words.colon}${this.#security(operation.security)}</p>
${operation.parameters.length > 0 ? this.#members(operation.parameters, ({ place }) => words.places[place]) : undefined}
${
  body
    ? html`<p>${words.body}${words.colon}${body.mediaTypes.map((type, index) => html`${index > 0 ? words.comma : ""}<code>${type}</code>`)} · ${body.required ? words.required : words.optional}${this.#marks(body.marks)}</p>
<div class="prose">${markdown(body.description)}</div>
${body.parts.map((part) => this.#part(part))}`
    : undefined
}
<h3>${words.replies}</h3>
<dl class="members">${replies.map(
      (reply) => html`
<div id="${reply.id}"><dt>${this.#self(reply.id, html`HTTP ${reply.status}`)}</dt><dd>${reply.schemas.map(
        ({ name, id }, index) => html`${index > 0 ? words.comma : ""}<a href="#${id}">${name}</a>`,
      )}${reply.mediaTypes.map((type) => html` <code>${type}</code>`)}${this.#marks(reply.marks)}<div>${markdown(reply.description)}</div>${
        reply.headers.length > 0 ? this.#members(reply.headers, () => words.places.header) : undefined
      }</dd></div>`,
    )}
</dl>
${parts.map((part) => this.#part(part))}
</div>
${inTwo ? html`<div class="side">\n${code}${list}\n</div>` : code && html`<div class="side">${code}</div>`}
</div>
${inTwo ? undefined : list}
</section>`;
  }

  #security(ways: SecurityPart[]): Html {
    const words = this.#words;
    if (ways.length === 0) return html`${words.noSecurity}`;
    return html`${ways.map(
      ({ schemes }, index) =>
        html`${index > 0 ? words.facts.or : ""}${
          schemes.length === 0
            ? words.noSecurity
            : schemes.map(
                ({ name, description, facts, marks }) =>
                  html`<code>${name}</code>${facts.length > 0 ? html` (${this.#facts(facts)})` : undefined}${this.#marks(marks)} ${inlineMarkdown(description)}`,
              )
        }`,
    )}`;
  }

  #part(part: SchemaPart): Html {
    const { id, name, facts, description, marks, alternatives, members } = part;
    const words = this.#words;
    return html`<section class="part" id="${id}">
<h4>${this.#self(id, html`${name}`)} <small>${this.#facts(facts)}</small>${this.#marks(marks)}</h4>
<div class="prose">${markdown(description)}</div>
${
  alternatives.length > 0
    ? html`<p>${words.oneOf}${words.colon}${alternatives.map((each, index) => html`${index > 0 ? words.comma : ""}<a href="#${each.id}">${each.name}</a>`)}</p>`
    : undefined
}${members.length > 0 ? this.#members(members) : undefined}
</section>`;
  }

  #members<Row extends Member>(members: Row[], note?: (row: Row) => string): Html {
    const words = this.#words;
    return html`<dl class="members">${members.map((member) => {
      const { id, name, required, facts, description, marks } = member;
      const said = [
        ...(note ? [html`${note(member)}`] : []),
        ...facts.map((fact) => inlineMarkdown(factText(fact, words))),
        ...(required === undefined ? [] : [html`${required ? words.required : words.optional}`]),
      ];
      return html`
<div id="${id}"><dt>${this.#self(id, html`<code>${breakable(name === "" ? words.wholeBody : name)}</code>`)}</dt><dd>${joined(said, " · ")}${this.#marks(marks)}${
        description === "" ? undefined : html`<div>${markdown(description)}</div>`
      }</dd></div>`;
    })}
</dl>`;
  }

  #scenarios(operation: OperationPart): Html | undefined {
    const { scenarios } = operation;
    if (scenarios.length === 0) return undefined;
    const { scenarios: title, scenariosText } = this.#words;
    return html`<h3>${title}</h3>
<p>${scenariosText}</p>
<div class="scenarios">${scenarios.map((scenario) => this.#scenario(scenario, operation))}</div>`;
  }

  #scenario(scenario: Scenario, operation: OperationPart): Html {
    const words = this.#words;
    const { id, name, outcome, status, marks, summary, description, requestSummary, requestDescription } = scenario;
    const isShown = scenario.isFirst && operation.isFirst;
    return html`<article class="scenario" id="${id}"${isShown ? undefined : html` data-of="${scenarioName(this.#page, id)}"`}>
<h4>${this.#self(id, html`<code>${breakable(name)}</code>`)} <small><a class="${outcome === "success" ? "good" : "bad"}" href="${this.#options.home}#outcome-${outcome}">${outcome}</a> HTTP ${status}</small>${this.#marks(marks)}</h4>
${summary === "" ? undefined : html`<p>${inlineMarkdown(summary)}</p>`}
${description === "" ? undefined : markdown(description)}
${scenario.invalid.map((reason) => html`<p>${words.invalidOnPurpose}${words.colon}${inlineMarkdown(reason)}</p>`)}
${scenario.replyOnly ? html`<p>${inlineMarkdown(words.replyOnly)}</p>` : undefined}
${isShown && requestSummary === "" ? undefined : html`<p class="quiet">${words.sendThis}${requestSummary === "" ? undefined : html`${words.colon}${inlineMarkdown(requestSummary)}`}</p>`}
${requestDescription === "" ? undefined : markdown(requestDescription)}
${
  isShown
    ? html`<p>${words.shownAbove}</p>`
    : html`<pre class="copy"><code>${coloured(scenario.requestText, "json")}</code></pre>
${this.#reply(scenario)}`
}
</article>`;
  }

  #reply({ status, replyHeaders, replyText, mediaType }: Scenario): Html {
    const words = this.#words;
    const headers = Object.entries(replyHeaders).map(([name, value]) => `${name}: ${value}`);
    return html`<p class="quiet">${words.getBack}${words.colon}HTTP ${status}${mediaType === undefined || mediaType === "application/json" ? undefined : html` <code>${mediaType}</code>`}</p>
<pre><code>${headers.map((line) => `${line}\n`)}${replyText === undefined ? words.noBody : coloured(replyText, "json")}</code></pre>`;
  }

  /** The tabs, for the first code; the code of every kind; and what a success gets back. */
  #code(operation: OperationPart): Html {
    const words = this.#words;
    const { mock } = this.#options;
    const success = operation.scenarios.find(({ isFirst }) => isFirst) ?? operation.scenarios[0];
    const kinds = Object.keys(codeKinds) as CodeKind[];
    const sources = new Map(kinds.map((kind) => [kind, this.#source(operation, success, kind)] as const));
    const present = kinds.filter((kind) => sources.get(kind) !== undefined);
    const tabs = operation.isFirst
      ? html`<fieldset class="tabs"><legend class="unseen">${words.tabs}</legend>${present.map(
          (kind, index) =>
            html`<input type="radio" name="code" id="tab-${kind}" value="${kind}"${index === 0 ? html` checked` : undefined}><label for="tab-${kind}">${words.tab[kind]}</label>`,
        )}</fieldset>`
      : undefined;
    return html`<div class="code">
${tabs}${present.map(
  (kind) => html`<div class="of-${kind}"><h3 class="kind">${words.tab[kind]}</h3>${sources.get(kind)}</div>
`,
)}</div>
${operation.isFirst ? html`<p class="quiet">${inlineMarkdown(words.samplesAsk(mock ?? sampleBaseUrl, this.#page.glance.host))}</p>` : undefined}
${success && operation.isFirst ? html`<div class="first" data-of="${scenarioName(this.#page, success.id)}">${this.#reply(success)}</div>` : undefined}`;
  }

  #source(operation: OperationPart, success: Scenario | undefined, kind: CodeKind): Html | undefined {
    const { samples, mock } = this.#options;
    const sample = samples.get(sampleFile(this.#page.name, operation.operationId, kind));
    if (kind === "session" && !operation.isFirst)
      return sample === undefined
        ? undefined
        : html`<p>${this.#words.sessionRenews} <a href="#tab-session">${this.#words.tab.session}</a></p>`;
    const source =
      sample?.replaceAll(sampleBaseUrl, mock ?? sampleBaseUrl) ?? (kind === "curl" ? success?.curl : undefined);
    if (source === undefined) return undefined;
    return html`<pre class="copy"><code>${coloured(source, codeKinds[kind])}</code></pre>`;
  }

  #staying(): Html {
    const { header, scheme, rejection, refresh } = this.#page.staying;
    const words = this.#words;
    const rows: [string, Html][] = [
      [
        words.everyOtherCall,
        html`<code>${header}</code>${this.#marks(scheme.marks)}<div>${markdown(scheme.description)}</div>`,
      ],
      [words.rejection, html`${rejection.length > 0 ? this.#rules(rejection) : words.notSaid}`],
      ...(refresh
        ? ([
            [
              words.renewal,
              html`<a href="#${refresh.id}"><code>${breakable(refresh.operation)}</code></a>${refresh.authorization ? html` ${words.refreshCarries[refresh.authorization]}` : undefined}`,
            ],
            [words.credentials, html`${sentPlaces(refresh.credentials, words)}${this.#marks(refresh.credentialMarks)}`],
            [words.success, html`${inlineMarkdown(refresh.success)}${this.#marks(refresh.successMarks)}`],
            [
              words.failure,
              html`${inlineMarkdown(refresh.failure)} ${inlineMarkdown(refresh.message)}${this.#marks(refresh.failureMarks)}${this.#rules(refresh.reasons)}`,
            ],
            [words.lifetime, html`${inlineMarkdown(refresh.lifetime)}${this.#marks(refresh.lifetimeMarks)}`],
          ] as [string, Html][])
        : []),
    ];
    return html`<section id="staying">
<h2>${words.staying} <small><code>${scheme.name}</code> ${this.#facts(scheme.facts)}</small></h2>
<dl class="facts wide">${rows.map(
      ([name, value]) => html`
<div><dt>${name}</dt><dd>${value}</dd></div>`,
    )}
</dl>
</section>`;
  }

  #notes(): Html {
    const { notes, probes, name } = this.#page;
    const words = this.#words;
    return html`<section id="notes">
<h2>${words.notes}</h2>
<div class="prose">${markdown(notes.length > 0 ? words.notesText : words.everythingDocumented)}</div>
${probes.length === 0 ? "" : this.#probes(name)}
<ol class="notes">${notes.map(
      ({ number, kind, observed, reason, uses, probes: own, unsettled }) => html`
<li id="note-${number}"><small>${words.provenance(kind, observed)}</small> ${inlineMarkdown(reason)} <span class="quiet">${uses.map(
        ({ place, id }, index) => html`${index > 0 ? words.comma : ""}<a href="#${id}">${place}</a>`,
      )}</span>${own.map((probe) => html` <a href="#probe-${probe}">${probe}</a>`)}${unsettled === undefined ? "" : html` <i>${inlineMarkdown(unsettled)}</i>`}</li>`,
    )}
</ol>
</section>`;
  }

  #probes(api: string): Html {
    const words = this.#words;
    return html`<div class="prose">${markdown(words.settleText(api))}</div>
<dl class="facts wide">${this.#page.probes.map(
      ({ name, summary, consent, after }) => html`
<div id="probe-${name}"><dt><code>${name}</code></dt><dd>${inlineMarkdown(summary)} ${words.consent[consent]}${after === undefined ? "" : html` ← <a href="#probe-${after}"><code>${after}</code></a>`}</dd></div>`,
    )}
</dl>`;
  }

  #about(): Html {
    const words = this.#words;
    return html`<section id="version">
<h2>${this.#self("version", html`${words.version}`)}</h2>
<dl class="facts wide">${this.#page.about.map(
      ({ name, text, url, description, marks }) => html`
<div><dt>${words[name]}</dt><dd>${url !== undefined && /^https?:/.test(url) ? html`<a href="${url}">${text}</a>` : text}${this.#marks(marks)} ${inlineMarkdown(description)}</dd></div>`,
    )}
</dl>
</section>`;
  }

  #rules(rules: Rule[]): Html | undefined {
    if (rules.length === 0) return undefined;
    const words = this.#words;
    return html`<ul class="rules">${rules.map(
      (rule) =>
        html`<li>${joined(
          conditionTexts(rule, words).map(({ label, value }) => html`${label} <code>${value}</code>`),
          words.comma,
        )} → ${rule.result}${this.#marks(rule.marks)}</li>`,
    )}</ul>`;
  }

  #facts(facts: Fact[]): Html {
    return joined(
      facts.map((fact) => inlineMarkdown(factText(fact, this.#words))),
      " · ",
    );
  }

  /** A word for each kind, and a number for each reason. */
  #marks(marks: Mark[]): Html | undefined {
    if (marks.length === 0) return undefined;
    const words = this.#words;
    const kinds = new Map<string, Mark[]>();
    for (const mark of marks) {
      const word = words.provenance(mark.kind, mark.observed);
      kinds.set(word, [...(kinds.get(word) ?? []), mark]);
    }
    return html` <span class="marks">${[...kinds].map(
      ([word, ofKind], index) =>
        html`${index > 0 ? " " : ""}${word}${ofKind.map(({ number, id }) => html` <a id="${id}" href="#note-${number}">${number}</a>`)}`,
    )}</span>`;
  }

  #self(id: string, name: Html): Html {
    return html`<a href="#${id}">${name}</a>`;
  }
}

/** A row that is there only if it says something. */
function rowIf(name: string, value: Html | undefined): [string, Html][] {
  return value === undefined ? [] : [[name, value]];
}
