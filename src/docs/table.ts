import type { ApiPage } from "./model.ts";
import type { Words } from "./words.ts";

type Column = [label: string, cell: (page: ApiPage) => string];

/**
 * What a README compares the APIs by, in Markdown: tables with a row for each, narrow enough that further APIs only make
 * them longer. What a code of a refusal means stands on the page of its API.
 */
export function comparisonTables(pages: readonly ApiPage[], words: Words): string {
  const name: Column = ["API", ({ name }) => `\`${name}\``];
  const sent: Column[] = [
    name,
    ["Login", loginText],
    ["Host", ({ glance }) => (glance.host === undefined ? words.ownHost : `\`${glance.host}\``)],
    ["Credentials", credentialsText],
  ];
  const answered: Column[] = [
    name,
    ["Success", ({ glance }) => glance.success],
    ["Code of a refusal", ({ glance }) => glance.code],
  ];
  const used: Column[] = [
    name,
    ["Lifetime of the token", ({ glance }) => glance.lifetime],
    ["Renewal", ({ staying }) => (staying.refresh ? `\`${staying.refresh.operation}\`` : words.facts.anotherLogin)],
    ["Every other call carries", ({ glance }) => `\`${glance.header}\``],
  ];
  return [sent, answered, used].map((columns) => table(columns, pages)).join("\n\n");
}

function loginText({ operations }: ApiPage): string {
  const login = operations.find(({ isFirst }) => isFirst);
  return login ? `\`${login.method} ${login.path}\`` : "";
}

function credentialsText({ glance }: ApiPage): string {
  const names = glance.credentials.flatMap(({ name }) => name ?? []);
  return names.map((name) => `\`${name}\``).join(", ");
}

function table(columns: Column[], pages: readonly ApiPage[]): string {
  const header = tableLine(columns.map(([label]) => label));
  const rows = pages.map((page) => tableLine(columns.map(([, cell]) => cell(page))));
  return [header, tableLine(columns.map(() => "---")), ...rows].join("\n");
}

function tableLine(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
