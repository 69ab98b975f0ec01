import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { curlLine } from "../../src/mock/curl.ts";
import type { ApiFacts, OperationFacts, Provenance, SentFact } from "./facts.ts";
import { type Html, html, inlineMarkdown, markdown } from "./html.ts";
import { icon } from "./icon.ts";
import { outcomeMeanings } from "./outcomes.ts";
import { type Sample, sampleBaseUrl } from "./samples.ts";
import { languageName, type Translation } from "./translations.ts";

export interface FirstPage {
  apis: ApiFacts[];
  samples: Map<string, Sample[]>;
  translations: Translation[];
  /** The base URL of the mock, if the page is served with it behind: its curl lines then ask that. */
  mock?: string | undefined;
}

/** The page that leads to all the others: what there is, side by side, with all that can be copied. */
export async function firstPage({ apis, samples, translations, mock }: FirstPage): Promise<string> {
  const baseUrl = mock ?? sampleBaseUrl;
  const style = await readFile(new URL("first-page.css", import.meta.url), "utf8");
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "script-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="OpenAPI documents, typed clients and mocks of ${apis.length} login APIs that publish none.">
<meta name="color-scheme" content="light dark">
<title>login-apis: login APIs, side by side</title>
<link rel="icon" href="${icon}">
`.source;
  // Raw, because its hash is that of its bytes.
  const rest = html`<script src="first-page.js" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
  <p class="mark">login-apis</p>
  <nav aria-label="On this page">
    <a href="#compare">Compare</a>${apis.map(({ name }) => html` <a href="#${name}">${name}</a>`)}
    <a href="#outcomes">Outcomes</a>
  </nav>
</header>
<main id="content">
<section class="lead">
  <h1>Login APIs, side by side</h1>
  <p>These APIs let programs log in, and none publishes a contract that a machine can read. login-apis is that contract: an OpenAPI document for each, a typed client made from it, a mock that answers as documented, and this reference.</p>
  <p>Everything here can be tried without an account: ${mock ? "the mock behind this page" : html`<code>npm run mock</code>`} answers for all of them at <code>${baseUrl}</code>, where the samples below send their requests.</p>
</section>
${comparison(apis)}
${apis.map((api) =>
  apiSection(
    api,
    samples,
    translations.filter(({ name }) => name === api.name),
    baseUrl,
  ),
)}
${outcomes()}
</main>
<footer>
  <p>Made from the OpenAPI documents. For readers that are programs: <a href="llms.txt">llms.txt</a>.</p>
</footer>
</body>
</html>
`.source;
  return `${page}<style>${style}</style>\n${rest}`;
}

function comparison(apis: ApiFacts[]): Html {
  const rows: [string, (api: ApiFacts) => Html][] = [
    [
      "Send",
      ({ host, loginOperation }) =>
        html`${host ? html`<span class="host">${host}</span> ` : undefined}${requestLine(loginOperation)}`,
    ],
    ["Credentials", ({ sent }) => sentList(sent)],
    ["Success", ({ login }) => inlineMarkdown(login.success)],
    ["Failure", ({ login }) => inlineMarkdown(login.failure)],
    ["Lifetime of the token", ({ login }) => inlineMarkdown(login.lifetime)],
    ["Renewal", ({ login }) => inlineMarkdown(login.renewal)],
    ["Every other call carries", ({ login }) => html`<code>${login.header}</code>`],
    ["Not said by its page", (api) => html`<a href="#${api.name}-not-said">${countOf(api.notSaid)}</a>`],
  ];
  return html`<section id="compare">
<h2>Which one is yours</h2>
<table class="compare" role="table">
<caption>What to send, what comes back, and how the token is used</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader"><span class="unseen">Fact</span></th>${apis.map(
    ({ name, title }) => html`<th scope="col" role="columnheader"><a href="#${name}">${title}</a></th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  ([label, cell]) => html`<tr role="row"><th scope="row" role="rowheader">${label}</th>${apis.map(
    (api) => html`<td role="cell" data-label="${api.title}"><div>${cell(api)}</div></td>`,
  )}</tr>
`,
)}</tbody>
</table>
</section>`;
}

function apiSection(api: ApiFacts, samples: Map<string, Sample[]>, translations: Translation[], baseUrl: string): Html {
  const { name, title, summary, description, operations, notSaid } = api;
  return html`<section id="${name}" class="api">
<header>
<h2>${title}</h2>
<p class="summary">${inlineMarkdown(summary)}</p>
<p class="links"><a class="button" href="${name}.html">Reference</a>${translations.map(
    ({ language }) =>
      html` <a class="button" href="${name}.${language}.html" hreflang="${language}" lang="${language}">${languageName(language)}</a>`,
  )} <a href="${name}.yaml">YAML</a> <a href="${name}.json">JSON</a></p>
</header>
<div class="prose">${markdown(description)}</div>
${operations.map((operation) => operationPart(operation, samples.get(`${name}/${operation.operation.operation.operationId}`) ?? [], baseUrl))}
<details>
<summary>What its page does not say: ${countOf(notSaid)}</summary>
<table role="table" id="${name}-not-said">
<caption class="unseen">Facts of ${title} that are not from its login page</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Where</th><th scope="col" role="columnheader">Known from</th><th scope="col" role="columnheader">Why</th></tr></thead>
<tbody role="rowgroup">
${notSaid.map(
  ({
    kind,
    observed,
    reason,
    places,
  }) => html`<tr role="row"><td role="cell" data-label="Where"><div>${places.map((place, index) => html`${index > 0 ? ", " : ""}<code>${place}</code>`)}</div></td><td role="cell" data-label="Known from"><div>${kinds[kind] ?? kind}${observed === undefined ? undefined : ` on ${observed}`}</div></td><td role="cell" data-label="Why"><div>${inlineMarkdown(reason)}</div></td></tr>
`,
)}</tbody>
</table>
</details>
</section>`;
}

function operationPart({ operation, inputs, replies }: OperationFacts, samples: Sample[], baseUrl: string): Html {
  const id = `${operation.api}-${operation.operation.operationId}`;
  return html`<section id="${id}" class="operation">
<h3>${operation.operation.summary} <span class="request">${requestLineOf(operation.method, operation.path)}</span></h3>
<div class="samples">
${samples.map(({ label, source }) => html`<figure><figcaption>${label}</figcaption><pre class="copy"><code>${source}</code></pre></figure>`)}
</div>
<table class="inputs" role="table">
<caption>What to send</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Name</th><th scope="col" role="columnheader">Where</th><th scope="col" role="columnheader">What</th></tr></thead>
<tbody role="rowgroup">
${inputs.map(
  ({
    name,
    place,
    description,
    required,
  }) => html`<tr role="row"><th scope="row" role="rowheader"><code>${name}</code></th><td role="cell" data-label="Where"><div>${places[place]}${required ? undefined : ", optional"}</div></td><td role="cell" data-label="What"><div>${inlineMarkdown(description)}</div></td></tr>
`,
)}</tbody>
</table>
<table class="scenarios" role="table">
<caption>What comes back: ${replies.length} replies, and how to ask the mock for each</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Scenario</th><th scope="col" role="columnheader">Outcome</th><th scope="col" role="columnheader">HTTP</th><th scope="col" role="columnheader">Ask the mock</th></tr></thead>
<tbody role="rowgroup">
${replies.map(({ reply, replyOnly }) => {
  const outcome = reply.example["x-outcome"] ?? "";
  return html`<tr role="row"><th scope="row" role="rowheader"><code>${reply.name}</code><span class="note">${inlineMarkdown(reply.example.summary ?? "")}${replyOnly ? html`. Only when <code>Prefer</code> asks for it.` : undefined}</span></th><td role="cell" data-label="Outcome"><div><a class="outcome ${outcome === "success" ? "good" : "bad"}" href="#outcome-${outcome}">${outcome}</a></div></td><td role="cell" data-label="HTTP"><div>${reply.status}</div></td><td role="cell"><pre class="copy"><code>${curlLine(operation, reply, baseUrl)}</code></pre></td></tr>
`;
})}</tbody>
</table>
</section>`;
}

function outcomes(): Html {
  return html`<section id="outcomes">
<h2>What a login can come to</h2>
<p>However an API says it, <code>login()</code> resolves to one of these.</p>
<table role="table">
<caption class="unseen">The outcomes of a login</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Outcome</th><th scope="col" role="columnheader">What it means</th></tr></thead>
<tbody role="rowgroup">
${Object.entries(outcomeMeanings).map(
  ([
    outcome,
    meaning,
  ]) => html`<tr role="row" id="outcome-${outcome}"><th scope="row" role="rowheader"><span class="outcome ${outcome === "success" ? "good" : "bad"}">${outcome}</span></th><td role="cell"><div>${meaning}</div></td></tr>
`,
)}</tbody>
</table>
</section>`;
}

const places: Record<SentFact["place"], string> = {
  path: "Path",
  header: "Headers",
  query: "Query",
  cookie: "Cookies",
  body: "JSON body",
  form: "Form",
  basic: "HTTP Basic",
};

const kinds: Record<string, string> = {
  inferred: "inferred",
  "sibling-page": "a sibling page",
  observed: "the service itself, observed",
};

function sentList(sent: SentFact[]): Html {
  const used = [...new Set(sent.map(({ place }) => place))];
  return html`<ul>${used.map(
    (place) =>
      html`<li><span class="place">${places[place]}</span> ${sent
        .filter((each) => each.place === place)
        .map(
          ({ name, constant }) => html`<code>${name}${constant === undefined ? undefined : ` = ${constant}`}</code>`,
        )}</li>`,
  )}</ul>`;
}

function requestLine({ operation }: OperationFacts): Html {
  return requestLineOf(operation.method, operation.path);
}

function requestLineOf(method: string, path: string): Html {
  return html`<code><b>${method.toUpperCase()}</b> ${path}</code>`;
}

function countOf(provenances: Provenance[]): string {
  const count = (kind: string) =>
    provenances.filter((provenance) => provenance.kind === kind).reduce((sum, { places }) => sum + places.length, 0);
  const [sibling, observed] = [count("sibling-page"), count("observed")];
  return [
    `${count("inferred")} inferred`,
    ...(sibling > 0 ? [`${sibling} from other pages`] : []),
    ...(observed > 0 ? [`${observed} observed`] : []),
  ].join(", ");
}
