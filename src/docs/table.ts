import type { ApiPage } from "./model.ts";
import type { Words } from "./words.ts";

/** The table of a README that compares the APIs, in Markdown. */
export function comparisonTable(pages: readonly ApiPage[], words: Words): string {
  const rows: [string, (page: ApiPage) => string][] = [
    ["", ({ name }) => `\`${name}\``],
    ["What", ({ title }) => title],
    ["Login", loginText],
    ["Host", ({ glance }) => glance.host ?? words.ownHost],
    [
      "Credentials",
      ({ glance }) =>
        glance.credentials
          .flatMap(({ name }) => name ?? [])
          .map((name) => `\`${name}\``)
          .join(", "),
    ],
    ["Success", ({ glance }) => glance.success],
    ["Failure", failureText],
    ["Lifetime of the token", ({ glance }) => glance.lifetime],
    ["Renewal", ({ glance }) => glance.renewal],
    ["Every other call carries", ({ glance }) => `\`${glance.header}\``],
  ];
  const [header = "", ...lines] = rows.map(([label, cell]) => tableLine([label, ...pages.map(cell)]));
  return [header, tableLine(["---", ...pages.map(() => "---")]), ...lines].join("\n");
}

function loginText({ operations }: ApiPage): string {
  const login = operations.find(({ isFirst }) => isFirst);
  return login ? `\`${login.method} ${login.path}\`` : "";
}

function failureText({ glance: { failure, reasons } }: ApiPage): string {
  const codes = reasons.flatMap(({ conditions, result }) =>
    conditions.filter(({ name }) => name === "code").map(({ value }) => `\`${value}\` (${result})`),
  );
  return codes.length > 0 ? `${failure} Known codes: ${codes.join(", ")}.` : failure;
}

function tableLine(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
