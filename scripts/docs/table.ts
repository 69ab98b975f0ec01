import type { ApiFacts } from "./facts.ts";

/** The table of the README that compares the APIs, in Markdown. */
export function comparisonTable(apis: ApiFacts[]): string {
  const rows: [string, (api: ApiFacts) => string][] = [
    ["", ({ name }) => `\`${name}\``],
    ["What", ({ title }) => title],
    ["Login", ({ loginOperation: { operation } }) => `\`${operation.method.toUpperCase()} ${operation.path}\``],
    ["Host", ({ host }) => host ?? "each installation's own"],
    ["Credentials", ({ credentials }) => credentials.map((name) => `\`${name}\``).join(", ")],
    ["Success", ({ login }) => login.success],
    ["Failure", ({ login }) => login.failure],
    ["Lifetime of the token", ({ login }) => login.lifetime],
    ["Renewal", ({ login }) => login.renewal],
    ["Every other call carries", ({ login }) => `\`${login.header}\``],
  ];
  const [header = "", ...lines] = rows.map(([label, cell]) => tableLine([label, ...apis.map(cell)]));
  return [header, tableLine(["---", ...apis.map(() => "---")]), ...lines].join("\n");
}

function tableLine(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
