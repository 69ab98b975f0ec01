import { Examples } from "./examples.ts";
import { breakable, type Html, html, inlineMarkdown, markdown } from "./html.ts";
import { layOut } from "./layout.ts";
import type { ApiPage, OperationPart, SecurityPart } from "./model.ts";
import { Pieces } from "./pieces.ts";
import type { Samples } from "./samples.ts";
import { sentPlaces } from "./sentences.ts";
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
  readonly #words: Words;
  readonly #pieces: Pieces;
  readonly #examples: Examples;

  constructor(page: ApiPage, options: PageOptions) {
    this.#page = page;
    this.#words = options.words;
    this.#pieces = new Pieces(options.words);
    this.#examples = new Examples(page, options, this.#pieces);
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
            html`<div><a href="#${id}"><code><b>${method}</b> ${breakable(path)}</code></a>${this.#pieces.marks(marks)}</div>`,
        )}`,
      ],
      [words.credentials, html`${sentPlaces(glance.credentials, words)}${this.#pieces.marks(glance.credentialMarks)}`],
      [
        words.host,
        html`${glance.host === undefined ? words.ownHost : html`<code>${glance.host}</code>`}${this.#pieces.marks(glance.hostMarks)}`,
      ],
      [words.success, html`${inlineMarkdown(glance.success)}${this.#pieces.marks(glance.successMarks)}`],
      [
        words.failure,
        html`${inlineMarkdown(glance.failure)} ${inlineMarkdown(glance.message)}${this.#pieces.marks(glance.failureMarks)}`,
      ],
      [words.lifetime, html`${inlineMarkdown(glance.lifetime)}${this.#pieces.marks(glance.lifetimeMarks)}`],
      ...rowIf(
        words.refreshLifetime,
        glance.refreshLifetime === undefined
          ? undefined
          : html`${inlineMarkdown(glance.refreshLifetime)}${this.#pieces.marks(glance.refreshLifetimeMarks)}`,
      ),
      [words.renewal, inlineMarkdown(glance.renewal)],
      [words.everyOtherCall, html`<code>${glance.header}</code>${this.#pieces.marks(glance.headerMarks)}`],
      ...rowIf(words.codes, this.#pieces.rules(glance.reasons)),
    ];
    return html`<section id="glance" class="split" aria-label="${words.glance}">
<dl class="facts">${rows.map(
      ([name, value]) => html`
<div><dt>${name}</dt><dd>${value}</dd></div>`,
    )}
</dl>
<div class="side">${first ? this.#examples.code(first) : undefined}</div>
</section>`;
  }

  #description(): Html {
    const { description, descriptionMarks, servers } = this.#page;
    const words = this.#words;
    return html`<section id="description">
<h2>${this.#pieces.self("description", html`${words.description}`)}${this.#pieces.marks(descriptionMarks)}</h2>
<div class="prose">
${markdown(description)}
${servers.map(
  ({
    url,
    description,
    marks,
    variables,
  }) => html`<p>${words.host}${words.colon}<code>${url}</code>${this.#pieces.marks(marks)} ${inlineMarkdown(description)}</p>
${variables.length > 0 ? this.#pieces.members(variables) : undefined}`,
)}
</div>
</section>`;
  }

  #operation(operation: OperationPart): Html {
    const words = this.#words;
    const { id, method, path, summary, description, marks, replies, parts, scenarios, body } = operation;
    const code = operation.isFirst ? undefined : this.#examples.code(operation);
    const list = this.#examples.scenarios(operation);
    const inTwo = scenarios.length <= besideMembers;
    return html`<section id="${id}">
<h2>${summary} <code><b>${method}</b> ${breakable(path)}</code>${this.#pieces.marks(marks)}</h2>
<div class="split">
<div>
<div class="prose">${markdown(description)}</div>
<h3>${words.request}</h3>
<p>${words.security}${words.colon}${this.#security(operation.security)}</p>
${operation.parameters.length > 0 ? this.#pieces.members(operation.parameters, ({ place }) => words.places[place]) : undefined}
${
  body
    ? html`<p>${words.body}${words.colon}${body.mediaTypes.map((type, index) => html`${index > 0 ? words.comma : ""}<code>${type}</code>`)} · ${body.required ? words.required : words.optional}${this.#pieces.marks(body.marks)}</p>
<div class="prose">${markdown(body.description)}</div>
${body.parts.map((part) => this.#pieces.part(part))}`
    : undefined
}
<h3>${words.replies}</h3>
<dl class="members">${replies.map(
      (reply) => html`
<div id="${reply.id}"><dt>${this.#pieces.self(reply.id, html`HTTP ${reply.status}`)}</dt><dd>${reply.schemas.map(
        ({ name, id }, index) => html`${index > 0 ? words.comma : ""}<a href="#${id}">${name}</a>`,
      )}${reply.mediaTypes.map((type) => html` <code>${type}</code>`)}${this.#pieces.marks(reply.marks)}<div>${markdown(reply.description)}</div>${
        reply.headers.length > 0 ? this.#pieces.members(reply.headers, () => words.places.header) : undefined
      }</dd></div>`,
    )}
</dl>
${parts.map((part) => this.#pieces.part(part))}
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
                  html`<code>${name}</code>${facts.length > 0 ? html` (${this.#pieces.facts(facts)})` : undefined}${this.#pieces.marks(marks)} ${inlineMarkdown(description)}`,
              )
        }`,
    )}`;
  }

  #staying(): Html {
    const { header, scheme, rejection, refresh } = this.#page.staying;
    const words = this.#words;
    const rows: [string, Html][] = [
      [
        words.everyOtherCall,
        html`<code>${header}</code>${this.#pieces.marks(scheme.marks)}<div>${markdown(scheme.description)}</div>`,
      ],
      [words.rejection, html`${rejection.length > 0 ? this.#pieces.rules(rejection) : words.notSaid}`],
      ...(refresh
        ? ([
            [
              words.renewal,
              html`<a href="#${refresh.id}"><code>${breakable(refresh.operation)}</code></a>${refresh.authorization ? html` ${words.refreshCarries[refresh.authorization]}` : undefined}`,
            ],
            [
              words.credentials,
              html`${sentPlaces(refresh.credentials, words)}${this.#pieces.marks(refresh.credentialMarks)}`,
            ],
            [words.success, html`${inlineMarkdown(refresh.success)}${this.#pieces.marks(refresh.successMarks)}`],
            [
              words.failure,
              html`${inlineMarkdown(refresh.failure)} ${inlineMarkdown(refresh.message)}${this.#pieces.marks(refresh.failureMarks)}${this.#pieces.rules(refresh.reasons)}`,
            ],
            [words.lifetime, html`${inlineMarkdown(refresh.lifetime)}${this.#pieces.marks(refresh.lifetimeMarks)}`],
          ] as [string, Html][])
        : []),
    ];
    return html`<section id="staying">
<h2>${words.staying} <small><code>${scheme.name}</code> ${this.#pieces.facts(scheme.facts)}</small></h2>
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
      )}${own.map((probe) => html` <a href="#probe-${probe}">${probe}</a>`)}</span>${unsettled === undefined ? "" : html` <i>${inlineMarkdown(unsettled)}</i>`}</li>`,
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
<h2>${this.#pieces.self("version", html`${words.version}`)}</h2>
<dl class="facts wide">${this.#page.about.map(
      ({ name, text, url, description, marks }) => html`
<div><dt>${words[name]}</dt><dd>${url !== undefined && /^https?:/.test(url) ? html`<a href="${url}">${text}</a>` : text}${this.#pieces.marks(marks)} ${inlineMarkdown(description)}</dd></div>`,
    )}
</dl>
</section>`;
  }
}

/** A row that is there only if it says something. */
function rowIf(name: string, value: Html | undefined): [string, Html][] {
  return value === undefined ? [] : [[name, value]];
}
