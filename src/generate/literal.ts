/** Code that stands in a literal as it is: a variable, a call. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A member that is there only where a condition holds. */
export class Conditional {
  readonly condition: string;
  readonly value: unknown;

  constructor(condition: string, value: unknown) {
    this.condition = condition;
    this.value = value;
  }
}

/** A line is no longer than this, as the formatter has it. */
export const longestLine = 120;

/**
 * Writes a value as TypeScript would have it: on one line where that is short enough, else a line for each member.
 * `indent` is that of the line it begins on, `taken` what else stands on that line, before and behind.
 */
export function literal(value: unknown, indent: string, taken = 0): string {
  const line = inline(value);
  if (indent.length + taken + widthOf(line) <= longestLine || !isCollection(value)) return line;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => literal(item, inner, 1))
    : Object.entries(value).map(([name, member]) => {
        if (member instanceof Conditional) {
          const condition = `...(${member.condition} && `;
          return `${condition}${literal({ [name]: member.value }, inner, condition.length + 2)})`;
        }
        const isShort = member instanceof Code && member.text === name;
        return isShort ? name : `${key(name)}: ${literal(member, inner, key(name).length + 3)}`;
      });
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}

function inline(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "string") return quoted(value);
  if (!isCollection(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => {
    if (member instanceof Conditional) return `...(${member.condition} && ${inline({ [name]: member.value })})`;
    const text = inline(member);
    return member instanceof Code && text === name ? name : `${key(name)}: ${text}`;
  });
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function isCollection(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Code);
}

/** A member's name, in quotes where it needs some. */
export function key(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : quoted(name);
}

/** A text in double quotes, or in single ones where it then needs fewer backslashes. */
export function quoted(text: string): string {
  const inDouble = JSON.stringify(text);
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return inDouble;
  const inner = inDouble.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** How wide the formatter takes a text to be: a Chinese, Japanese or Korean character is as wide as two others. */
function widthOf(text: string): number {
  const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
  return text.length + (text.match(wide)?.length ?? 0);
}

/** A union that begins behind `taken` characters: on that line where it is short enough, else a line for each member. */
export function union(members: string[], indent: string, taken: number): string {
  const line = ` ${members.join(" | ")};`;
  if (members.length === 1 || indent.length + taken + widthOf(line) <= longestLine) return line;
  return `${members.map((member) => `\n${indent}  | ${member}`).join("")};`;
}

/** A docblock, or nothing where there is nothing to say. */
export function docblock(text: string | undefined, indent = ""): string {
  const lines = (text ?? "")
    .trim()
    .replaceAll("*/", "*\\/")
    .split(/\r\n?|[\n\u2028\u2029]/)
    .map((line) => line.trimEnd());
  if (lines.join("") === "") return "";
  if (lines.length === 1 && indent.length + (lines[0] ?? "").length + 7 <= longestLine)
    return `${indent}/** ${lines[0]} */\n`;
  const wrapped = lines.flatMap((line) => wrap(line, longestLine - indent.length - 3));
  return `${indent}/**\n${wrapped.map((line) => `${indent} *${line && ` ${line}`}\n`).join("")}${indent} */\n`;
}

function wrap(line: string, width: number): string[] {
  const lines = [""];
  for (const word of line.split(" ")) {
    const last = lines.at(-1) ?? "";
    const isFull = last !== "" && last.length + 1 + word.length > width;
    if (isFull) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
