import { factText } from "./fact-text.ts";
import { breakable, type Html, html, inlineMarkdown, markdown } from "./html.ts";
import type { Fact, Member, Rule, SchemaPart } from "./model.ts";
import type { Mark } from "./notes.ts";
import { conditionTexts, joined } from "./sentences.ts";
import type { Words } from "./words.ts";

/** What stands in more than one section of a page: members, their facts, marks of provenance, rules. */
export class Pieces {
  readonly #words: Words;

  constructor(words: Words) {
    this.#words = words;
  }

  /** A word for each kind, and a number for each reason. */
  marks(marks: Mark[]): Html | undefined {
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

  facts(facts: Fact[]): Html {
    return joined(
      facts.map((fact) => inlineMarkdown(factText(fact, this.#words))),
      " · ",
    );
  }

  rules(rules: Rule[]): Html | undefined {
    if (rules.length === 0) return undefined;
    const words = this.#words;
    return html`<ul class="rules">${rules.map(
      (rule) =>
        html`<li>${joined(
          conditionTexts(rule, words).map(({ label, value }) => html`${label} <code>${value}</code>`),
          words.comma,
        )} → ${rule.result}${this.marks(rule.marks)}</li>`,
    )}</ul>`;
  }

  self(id: string, name: Html): Html {
    return html`<a href="#${id}">${name}</a>`;
  }
  members<Row extends Member>(members: Row[], note?: (row: Row) => string): Html {
    const words = this.#words;
    return html`<dl class="members">${members.map((member) => {
      const { id, name, required, facts, description, marks } = member;
      const said = [
        ...(note ? [html`${note(member)}`] : []),
        ...facts.map((fact) => inlineMarkdown(factText(fact, words))),
        ...(required === undefined ? [] : [html`${required ? words.required : words.optional}`]),
      ];
      return html`
<div id="${id}"><dt>${this.self(id, html`<code>${breakable(name === "" ? words.wholeBody : name)}</code>`)}</dt><dd>${joined(said, " · ")}${this.marks(marks)}${
        description === "" ? undefined : html`<div>${markdown(description)}</div>`
      }</dd></div>`;
    })}
</dl>`;
  }

  part(part: SchemaPart): Html {
    const { id, name, facts, description, marks, alternatives, members } = part;
    const words = this.#words;
    return html`<section class="part" id="${id}">
<h4>${this.self(id, html`${name}`)} <small>${this.facts(facts)}</small>${this.marks(marks)}</h4>
<div class="prose">${markdown(description)}</div>
${
  alternatives.length > 0
    ? html`<p>${words.oneOf}${words.colon}${alternatives.map((each, index) => html`${index > 0 ? words.comma : ""}<a href="#${each.id}">${each.name}</a>`)}</p>`
    : undefined
}${members.length > 0 ? this.members(members) : undefined}
</section>`;
  }
}
