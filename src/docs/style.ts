const made = new Map<string, Promise<string>>();

/** The style of an API's page, in one piece. It is made once. */
export function pageStyle(): Promise<string> {
  return once(style);
}

/** The style of the page that compares them. */
export function comparisonStyle(): Promise<string> {
  return once(style + comparison);
}

/** The style of a page of prose. */
export function guideStyle(): Promise<string> {
  return once(style + guide);
}

function once(text: string): Promise<string> {
  const known = made.get(text) ?? minified(text);
  made.set(text, known);
  return known;
}

/** Whoever has the package may have no bundler: the style is then as it was written. */
async function minified(text: string): Promise<string> {
  const esbuild = await import("esbuild").catch(() => undefined);
  if (!esbuild) return text.trim();
  const { code } = await esbuild.transform(text, { loader: "css", minify: true });
  return code.trim();
}

const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#fcfcfb, #141716);
  --panel: light-dark(#f3f4f2, #1d2120);
  --line: light-dark(#dcdfda, #343a37);
  --text: light-dark(#1c211e, #e6e9e6);
  --quiet: light-dark(#5a625c, #a3aca6);
  --accent: light-dark(#0b6b63, #6fd0c3);
  --good: light-dark(#12633a, #8fdcab);
  --bad: light-dark(#9a2f0d, #f4b096);
}

* {
  box-sizing: border-box;
}

[id] {
  scroll-margin-top: 3.75rem;
}

body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 0.95rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}

:lang(ja) {
  line-break: strict;
}

.bar,
main {
  padding-inline: max(1.25rem, calc((100vw - 76rem) / 2));
}

main {
  padding-bottom: 4rem;
}

.bar {
  position: sticky;
  top: 0;
  z-index: 1;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0 1.75rem;
  min-height: 2.75rem;
  background: var(--page);
  border-bottom: 1px solid var(--line);
  font-size: 0.86rem;
}

.bar a {
  color: var(--quiet);
  text-decoration: none;
  white-space: nowrap;
}

.bar .home {
  color: var(--text);
  font-weight: 600;
}

nav {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0 1.25rem;
}

.forms {
  margin-left: auto;
}

.skip:not(:focus),
.unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
}

.skip:focus {
  display: block;
  padding: 0.4rem 1.25rem;
}

a {
  color: var(--accent);
}

:focus-visible,
.tabs :focus-visible + label {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}

:target:not(main > section) {
  background: color-mix(in srgb, var(--accent) 14%, transparent);
}

h1,
h2,
h3,
h4 {
  margin: 0;
  line-height: 1.2;
}

h1 {
  padding-top: 1.75rem;
  font-size: clamp(1.6rem, 4vw, 2.1rem);
}

h2 {
  padding-top: 2.25rem;
  margin-bottom: 0.75rem;
  font-size: 1.35rem;
}

main > section + section > h2 {
  margin-top: 2.25rem;
  border-top: 1px solid var(--line);
}

h3 {
  margin: 1.5rem 0 0.5rem;
  font-size: 0.8rem;
  letter-spacing: 0.05em;
  text-transform: uppercase;
  color: var(--quiet);
}

.side > h3:first-child {
  margin-top: 0;
}

h4 {
  margin: 1rem 0 0.25rem;
  font-size: 0.95rem;
}

small,
.marks {
  color: var(--quiet);
  font-size: 0.8rem;
  font-weight: 400;
}

h2 > code {
  font-size: 0.68em;
  font-weight: 400;
}

p,
dl,
ul,
ol {
  margin: 0 0 0.6rem;
}

.lead {
  margin: 0.4rem 0 1.25rem;
  color: var(--quiet);
  font-size: 1.05rem;
}

.lead,
.prose,
.notes,
.members dd div {
  max-width: 46rem;
}

.quiet {
  color: var(--quiet);
  font-size: 0.86em;
}

code,
pre {
  font-family: ui-monospace, Menlo, Consolas, monospace;
}

code {
  font-size: 0.86em;
}

b {
  font-weight: 600;
}

@media (min-width: 62rem) {
  .split {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 30rem);
    gap: 0 2.5rem;
    align-items: start;
  }
}

dt,
dd {
  margin: 0;
}

.facts > div {
  display: grid;
  grid-template-columns: 8.5rem minmax(0, 1fr);
  gap: 0 1rem;
  padding: 0.4rem 0;
  border-top: 1px solid var(--line);
}

.facts.wide > div {
  grid-template-columns: 12rem minmax(0, 1fr);
}

.facts dt {
  color: var(--quiet);
}

dd p:last-child {
  margin: 0;
}

.rules {
  padding: 0;
  margin: 0.1rem 0 0;
  list-style: none;
}

.members > div {
  padding: 0.4rem 0;
  border-top: 1px solid var(--line);
}

.members :is(dt, dd) {
  display: inline;
}

.members dt code {
  font-weight: 600;
}

.members dd {
  padding-left: 0.5rem;
  color: var(--quiet);
}

.members dd div {
  color: var(--text);
}

:is(dt, h2, h4) > a:first-child {
  color: inherit;
  text-decoration: none;
}

a:hover {
  text-decoration: underline;
}

.marks a {
  color: inherit;
  font-size: 0.85em;
  vertical-align: 0.25em;
  line-height: 1;
}

pre {
  margin: 0 0 0.6rem;
  padding: 0.65rem 0.8rem;
  border-radius: 6px;
  background: var(--panel);
  font-size: 0.8rem;
  line-height: 1.5;
  white-space: pre-wrap;
}

pre code {
  font-size: 1em;
}

.s {
  color: var(--bad);
}

.c {
  color: var(--quiet);
}

button {
  padding: 0.2rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--page);
  color: var(--accent);
  font: inherit;
  font-size: 0.8rem;
  cursor: pointer;
}

pre button {
  float: right;
  margin: -0.3rem -0.45rem 0 0.5rem;
}

.buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}

.tabs {
  display: flex;
  gap: 0 1.1rem;
  margin: 0 0 0.6rem;
  padding: 0;
  border: 0;
}

.tabs input {
  position: absolute;
  opacity: 0;
}

.tabs label {
  padding: 0.3rem 0;
  border-bottom: 2px solid transparent;
  color: var(--quiet);
  cursor: pointer;
}

.tabs :checked + label {
  border-color: var(--accent);
  color: var(--text);
}

@media screen {
  .kind,
  body:has(#tab-curl:checked) :is(.of-typescript, .of-session),
  body:has(#tab-typescript:checked) :is(.of-curl, .of-session),
  body:has(#tab-session:checked) :is(.of-curl, .of-typescript) {
    display: none;
  }
}

.split + h3 ~ .scenarios {
  columns: 26rem;
  column-gap: 2.5rem;
}

.scenario {
  break-inside: avoid;
  padding: 0.15rem 0 0.5rem;
  border-top: 1px solid var(--line);
}

.scenario p {
  margin-bottom: 0.3rem;
}

.good {
  color: var(--good);
}

.bad {
  color: var(--bad);
}

.answer {
  margin-bottom: 0.6rem;
  padding: 0.5rem 0.8rem;
  border-left: 3px solid var(--accent);
  scroll-margin: 4rem 0 1rem;
}

.answer p {
  margin: 0.1rem 0 0;
}

.notes {
  padding-left: 2.1rem;
}

.notes li {
  padding: 0.15rem 0;
}

tr:last-child > td {
  border: 0;
}

table {
  border-collapse: collapse;
}

th,
td {
  padding: 0.35rem 1rem 0.35rem 0;
  border-bottom: 1px solid var(--line);
  text-align: left;
  vertical-align: top;
}

@media (max-width: 40rem) {
  .bar {
    position: static;
    gap: 0 1rem;
    padding-block: 0.4rem;
    font-size: 0.8rem;
  }

  nav {
    display: contents;
  }

  [id] {
    scroll-margin-top: 1rem;
  }

  .bar a {
    padding-block: 0.15rem;
  }

  h1 {
    padding-top: 1rem;
  }

  .lead {
    margin: 0.2rem 0 0.5rem;
    font-size: 1rem;
  }

  .facts > div {
    grid-template-columns: 6rem minmax(0, 1fr);
    gap: 0 0.75rem;
    padding: 0.25rem 0;
  }

  .facts.wide > div {
    grid-template-columns: minmax(0, 1fr);
  }
}

@media print {
  body {
    font-size: 9.5pt;
  }

  .bar,
  .skip,
  .tabs,
  button {
    display: none;
  }

  main {
    padding: 0;
  }

  .split {
    display: block;
  }

  pre {
    border: 1px solid var(--line);
  }

  h2,
  h3,
  h4 {
    break-after: avoid;
  }

  pre,
  .members > div,
  .notes li {
    break-inside: avoid;
  }
}
`;

const comparison = `
.compare {
  width: 100%;
  table-layout: fixed;
}

.compare th:first-child {
  width: 9rem;
  color: var(--quiet);
  font-weight: 400;
}

.compare tbody tr:last-child > th {
  border: 0;
}

.compare thead a {
  display: block;
  font-size: 1.05rem;
}

.compare thead .quiet {
  font-weight: 400;
}

@media (max-width: 61.99rem) {
  .compare,
  .compare :is(thead, tbody, tr, th, td) {
    display: block;
  }

  .compare thead th:first-child {
    display: none;
  }

  .compare thead th {
    padding: 0.4rem 0;
  }

  .compare tbody th,
  .compare th:first-child {
    width: auto;
    padding: 1.25rem 0 0.25rem;
    color: var(--text);
    font-weight: 600;
  }

  .compare td {
    display: grid;
    grid-template-columns: 8.5rem minmax(0, 1fr);
    gap: 0 1rem;
    padding-right: 0;
  }

  .compare td::before {
    color: var(--quiet);
    content: attr(data-label);
  }
}
`;

const guide = `
.guide {
  max-width: 52rem;
}

.guide :is(h3, h4, h5) {
  margin: 1.5rem 0 0.4rem;
  font-size: 1.05rem;
  letter-spacing: 0;
  text-transform: none;
  color: var(--text);
}

.guide :is(h4, h5) {
  font-size: 0.95rem;
}

.guide :is(h3, h4, h5) > a {
  color: inherit;
  text-decoration: none;
}

.guide :is(p, ul, ol, pre, table) {
  margin-bottom: 0.9rem;
}

/* Blanks that align comments go on in the next line. */
.guide pre {
  white-space: break-spaces;
}

.guide h1 {
  margin-bottom: 1rem;
}

.guide :is(ul, ol) {
  padding-left: 1.4rem;
}

.guide li {
  margin-bottom: 0.3rem;
}

.guide tbody th {
  font-weight: 400;
}

.guide tbody tr:last-child > * {
  border: 0;
}

:is(.contents, .guides) {
  margin-bottom: 1.25rem;
}

.guides {
  margin-top: 2.5rem;
  padding-top: 0.75rem;
  border-top: 1px solid var(--line);
}

@media (max-width: 40rem) {
  :is(.contents, .guides) {
    display: flex;
  }

  .guide :is(table, tbody, tr, th, td) {
    display: block;
  }

  .guide thead {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
  }

  .guide :is(tbody th, td) {
    padding: 0.25rem 0;
    border: 0;
  }

  .guide tbody th {
    font-weight: 600;
  }

  .guide tr {
    padding: 0.35rem 0;
    border-bottom: 1px solid var(--line);
  }

  .guide td::before {
    display: block;
    color: var(--quiet);
    font-size: 0.8rem;
    content: attr(data-label);
  }
}
`;
