import { quoted } from "../openapi/source.ts";
import { type Guide, readGuide } from "./guide.ts";
import { breakable, type Html, html, inlineMarkdown } from "./html.ts";
import { layOut, linkTo } from "./layout.ts";
import { type ApiPage, type Scenario, scenarioName } from "./model.ts";
import { outcomes, sentPlaces } from "./sentences.ts";
import { comparisonStyle } from "./style.ts";
import type { Words } from "./words.ts";

export interface FirstPageOptions {
  words: Words;
  /** The other languages that this page is there in. */
  others: readonly string[];
  mock: string | undefined;
  site: string | undefined;
  /** Those of this project's own docs. */
  guides: readonly Guide[] | undefined;
}

/** The page that compares the APIs and leads to the page of each. */
export async function firstPage(pages: readonly ApiPage[], options: FirstPageOptions): Promise<string> {
  const { words, mock, guides } = options;
  const { first } = words;
  return layOut({
    words,
    title: `login-apis: ${first.title}`,
    description: guides ? first.ownDescription : first.description,
    stem: "index",
    parts: [
      { id: "compare", text: words.compare },
      { id: "outcomes", text: words.outcomes },
      ...(guides ? [{ id: "guides", text: words.guides }] : []),
    ],
    others: options.others,
    forms: [],
    home: linkTo("index", words.language, "html"),
    mock,
    site: options.site,
    style: await comparisonStyle(),
    content: html`<h1>${first.title}</h1>
<p class="lead">${guides ? first.ownLead : first.lead}</p>
<p>${inlineMarkdown(mock === undefined ? first.mockCommand(mockCommand(pages, guides)) : first.mock(mock))}</p>
${comparison(pages, options)}
${meanings(words)}
${guideList(guides, words)}<p class="quiet">${first.programs}${words.colon}<a href="llms.txt">llms.txt</a></p>`,
  });
}

/** What starts a mock of these documents: their reader has this project, or the documents that the site has. */
function mockCommand(pages: readonly ApiPage[], guides: readonly Guide[] | undefined): string {
  if (guides) return "npm run mock";
  const files = pages.map(({ name }) => quoted(`${name}.yaml`));
  return `npx login-apis mock ${files.join(" ")}`;
}

/** The scenarios of a login that can be tried beside the others': its success, and its first refusal that has a request. */
function comparedScenarios(page: ApiPage): Scenario[] {
  const scenarios = page.operations.find(({ isFirst }) => isFirst)?.scenarios ?? [];
  const success = scenarios.find(({ isFirst }) => isFirst);
  const refusal = scenarios.find(({ outcome, replyOnly }) => outcome !== "success" && !replyOnly);
  return [success, refusal].filter((each) => each !== undefined);
}

function comparison(pages: readonly ApiPage[], { words, mock }: FirstPageOptions): Html {
  const { first } = words;
  const rows: [string, (page: ApiPage) => Html][] = [
    [
      words.send,
      ({ glance }) =>
        html`${glance.send.map(({ method, path }) => html`<div><code><b>${method}</b> ${breakable(path)}</code></div>`)}`,
    ],
    [
      words.host,
      ({ glance }) =>
        glance.host === undefined ? html`${words.ownHost}` : html`<code>${breakable(glance.host)}</code>`,
    ],
    [words.credentials, ({ glance }) => sentPlaces(glance.credentials, words)],
    [words.success, ({ glance }) => inlineMarkdown(glance.success)],
    [words.failure, ({ glance }) => inlineMarkdown(glance.failure)],
    [words.lifetime, ({ glance }) => inlineMarkdown(glance.lifetime)],
    [words.renewal, ({ glance }) => inlineMarkdown(glance.renewal)],
    [words.everyOtherCall, ({ glance }) => html`<code>${glance.header}</code>`],
    [first.notSaid, (page) => html`<a href="${pageFile(page)}#notes">${counted(page, words)}</a>`],
    [
      first.page,
      (page) =>
        html`<a href="${pageFile(page)}">${page.title}</a>${languageNote(page, words)} <a href="${linkTo(page.name, page.language, "md")}">Markdown</a> <a href="${linkTo(page.name, page.language, "yaml")}">YAML</a>`,
    ],
  ];
  return html`<section id="compare">
<h2 class="unseen">${words.compare}</h2>
<table class="compare" role="table">
<caption class="unseen">${first.caption}</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader"><span class="unseen">${first.fact}</span></th>${pages.map(
    (page) =>
      html`<th scope="col" role="columnheader"><a href="${pageFile(page)}"${hrefLanguage(page, words)}>${page.title}</a><span class="quiet">${inlineMarkdown(page.summary)}</span></th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  ([label, cell]) => html`<tr role="row"><th scope="row" role="rowheader">${label}</th>${pages.map(
    (page) => html`<td role="cell" data-label="${page.title}"><div>${cell(page)}</div></td>`,
  )}</tr>
`,
)}${
  mock === undefined
    ? undefined
    : html`<tr role="row" class="try"><th scope="row" role="rowheader">${first.tryIt}</th>${pages.map(
        (page) =>
          html`<td role="cell" data-label="${page.title}"><div>${comparedScenarios(page).map(
            (scenario) =>
              html`<div data-of="${scenarioName(page, scenario.id)}"><a href="${pageFile(page)}#${scenario.id}"><code>${scenario.name}</code></a></div>`,
          )}</div></td>`,
      )}</tr>
`
}</tbody>
</table>
</section>`;
}

function pageFile({ name, language }: ApiPage): string {
  return linkTo(name, language, "html");
}

/** Says of a link that it leads to another language. */
function languageNote({ language }: ApiPage, words: Words): Html | undefined {
  return language === words.language ? undefined : html` <span class="quiet">(${words.first.inEnglish})</span>`;
}

function hrefLanguage({ language }: ApiPage, words: Words): Html | undefined {
  return language === words.language ? undefined : html` hreflang="${language}"`;
}

function counted({ notes }: ApiPage, words: Words): string {
  const count = (kind: string) => notes.filter((note) => note.kind === kind).length;
  return words.first.counted(count("inferred"), count("sibling-page"), count("observed"));
}

function meanings(words: Words): Html {
  return html`<section id="outcomes">
<h2>${words.outcomes}</h2>
<p>${inlineMarkdown(words.outcomesText)}</p>
<dl class="facts wide">${outcomes.map(
    (outcome) => html`
<div id="outcome-${outcome}"><dt><a class="${outcome === "success" ? "good" : "bad"}" href="#outcome-${outcome}">${outcome}</a></dt><dd>${words.outcomeMeanings[outcome]}</dd></div>`,
  )}
</dl>
</section>`;
}

function guideList(guides: readonly Guide[] | undefined, words: Words): Html | undefined {
  if (!guides) return undefined;
  const isElsewhere = words.language !== "en";
  return html`<section id="guides">
<h2>${words.guides}${isElsewhere ? html` <small>${words.first.inEnglish}</small>` : undefined}</h2>
<ul>${guides
    .filter(({ isPart }) => !isPart)
    .map(
      (guide) =>
        html`
<li${isElsewhere ? html` lang="en"` : undefined}><a href="${linkTo(guide.name, "en", "html")}"${isElsewhere ? html` hreflang="en"` : undefined}>${guide.title}</a>: ${readGuide(guide).summary}</li>`,
    )}
</ul>
</section>
`;
}
