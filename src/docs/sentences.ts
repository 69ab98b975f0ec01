import { type RefusalReason, refusalReasons } from "../login/outcome.ts";
import { breakable, type Html, html } from "./html.ts";
import type { Rule, Sent } from "./model.ts";
import type { Words } from "./words.ts";

/** What a login can come to. */
export const outcomes: readonly ("success" | RefusalReason)[] = ["success", ...refusalReasons];

/** What is sent, a line for each place that it goes to. */
export function sentPlaces(sent: readonly Sent[], words: Words): Html {
  const places = [...new Set(sent.map(({ place }) => place))];
  return html`${places.map((place) => {
    const there = sent.filter((each) => each.place === place).map((each) => sentName(each, words));
    return html`<div>${joined(there, words.comma)} <span class="quiet">${words.places[place]}</span></div>`;
  })}`;
}

/** The caller's name for a credential, and the one on the wire where that is another. */
function sentName({ name, wireName, constant, required }: Sent, words: Words): Html {
  const value = constant === undefined ? undefined : ` = ${JSON.stringify(constant)}`;
  const wire = html`<code>${breakable(wireName)}${value}</code>`;
  const own = html`<code>${name}</code>`;
  const note = required ? undefined : html` ${words.optional}`;
  if (name === undefined || name === wireName) return html`${wire}${note}`;
  if (wireName === "") return html`${own}${note}`;
  return html`${own} → ${wire}${note}`;
}

/** Under which conditions a rule holds. */
export function conditionTexts({ conditions }: Rule, words: Words): { label: string; value: string }[] {
  const labels = { status: "HTTP", schema: "", code: words.code, message: words.message };
  return conditions.map(({ name, value }) => ({ label: labels[name], value }));
}

/** Parts with something between them. */
export function joined(parts: readonly Html[], separator: string): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${separator}${part}`))}`;
}
