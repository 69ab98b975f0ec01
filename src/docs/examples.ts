import type { PageOptions } from "./api-page.ts";
import { breakable, coloured, type Html, html, inlineMarkdown, markdown } from "./html.ts";
import { type ApiPage, type OperationPart, type Scenario, scenarioName } from "./model.ts";
import type { Pieces } from "./pieces.ts";
import { type CodeKind, codeKinds, sampleBaseUrl, sampleFile } from "./samples.ts";
import type { Words } from "./words.ts";

/** What an operation is shown by: its code in every language, and its scenarios. */
export class Examples {
  readonly #page: ApiPage;
  readonly #options: PageOptions;
  readonly #words: Words;
  readonly #pieces: Pieces;

  constructor(page: ApiPage, options: PageOptions, pieces: Pieces) {
    this.#page = page;
    this.#options = options;
    this.#words = options.words;
    this.#pieces = pieces;
  }

  scenarios(operation: OperationPart): Html | undefined {
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
<h4>${this.#pieces.self(id, html`<code>${breakable(name)}</code>`)} <small><a class="${outcome === "success" ? "good" : "bad"}" href="${this.#options.home}#outcome-${outcome}">${outcome}</a> HTTP ${status}</small>${this.#pieces.marks(marks)}</h4>
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
  code(operation: OperationPart): Html {
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
}
