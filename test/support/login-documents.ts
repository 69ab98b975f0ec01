import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { judge, judgeRefresh } from "../../src/login/judge.ts";
import type { AnyReply } from "../../src/login/place.ts";
import type { ApiDocument, OpenApiDocument } from "../../src/openapi/document.ts";
import { type DocumentedCall, readLogin } from "../../src/openapi/login.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";

/** The documents that the tests bring: each says in its title what only it has. */
export const broughtDocuments = "test/openapi/documents";

/** Every document of a folder that states a login. */
export function loginDocuments(folder: string): ApiDocument[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => ({ name: basename(file, ".yaml"), document: readDocument(join(folder, file)) }));
}

/** A fresh copy with each reading, so that a test can change it. */
export function readDocument(file: string): OpenApiDocument {
  return parse(readFileSync(file, "utf8")) as OpenApiDocument;
}

/** One operation that logs in or renews, with what it is documented to answer. */
export interface JudgedCall {
  name: string;
  document: OpenApiDocument;
  call: DocumentedCall;
  judge(reply: AnyReply): ReturnType<typeof judge> | ReturnType<typeof judgeRefresh>;
  replies: DocumentedReply[];
}

export interface DocumentedReply extends AnyReply {
  name: string;
  outcome: string | undefined;
}

export function judgedCalls({ name, document }: ApiDocument): JudgedCall[] {
  const { login, problems } = readLogin(document);
  if (!login || problems.length > 0) throw new Error(`${name}: ${problems.map(({ message }) => message).join(" ")}`);
  const calls = [
    { name: `${name}, login`, call: login, judged: judge },
    ...(login.refresh ? [{ name: `${name}, refresh`, call: login.refresh, judged: judgeRefresh }] : []),
  ];
  return calls.map(({ judged, ...rest }) => ({
    ...rest,
    document,
    judge: (reply) => judged(rest.call.contract, reply),
    replies: repliesOf(document, rest.call),
  }));
}

function repliesOf(document: OpenApiDocument, { operation }: DocumentedCall): DocumentedReply[] {
  const operations = readOperations([{ name: "", document }]);
  const own = operations.find(({ method, path }) => method === operation.method && path === operation.path);
  return (own?.replies ?? []).map(({ name, status, headers, example }) => ({
    name,
    status,
    headers,
    body: example.value,
    outcome: example["x-outcome"],
  }));
}
