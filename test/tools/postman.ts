import { readFile } from "node:fs/promises";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { operationsOf } from "../../src/openapi/operations.ts";
import { examineEach, load, type Tool } from "./examination.ts";

interface Authentication {
  type: string;
}

interface Folder {
  item: Item[];
}

interface Request {
  method: string;
  url: { path: string[] };
  /** None: that of the collection. */
  auth?: Authentication | null;
}

type Item = Folder | { request: Request };

interface Collection extends Folder {
  auth?: Authentication | null;
}

interface Conversion {
  result: boolean;
  reason?: string;
  output?: { data: Collection }[];
}

interface Converter {
  convertV2(
    input: { type: "string"; data: string },
    options: object,
    done: (error: Error | null, conversion: Conversion) => void,
  ): void;
}

export const postman: Tool = {
  name: "Postman's import",
  package: "openapi-to-postmanv2",
  async examine(examination) {
    const { default: converter } = await load<{ default: Converter }>(examination, "openapi-to-postmanv2");
    return await examineEach(examination.documents, async ({ file, document }) => {
      const collection = await convert(converter, await readFile(file, "utf8"));
      return authenticationProblems(document, collection);
    });
  },
};

async function convert(converter: Converter, data: string): Promise<Collection> {
  const conversion = await new Promise<Conversion>((resolve, reject) => {
    converter.convertV2({ type: "string", data }, {}, (error, result) => (error ? reject(error) : resolve(result)));
  });
  const collection = conversion.output?.[0]?.data;
  if (!conversion.result || !collection) throw new Error(conversion.reason ?? "no collection, without a reason");
  return collection;
}

interface SecurityScheme {
  type: string;
  scheme?: string;
}

type Security = NonNullable<OpenApiDocument["security"]>;

/** Where a collection and its requests authenticate themselves in another way than the document says. */
export function authenticationProblems(document: OpenApiDocument, collection: Collection): string[] {
  const { security: common = [] } = document;
  const requests = requestsOf(collection);
  const ofCollection = collection.auth?.type ?? "noauth";
  const wantedOfCollection = authenticationsOf(document, common);
  const problems = operationsOf(document).flatMap(({ method, path, operation }) => {
    const { operationId, security = common } = operation;
    const imported = requests.find((each) => each.method === method.toUpperCase() && pathOf(each) === path);
    if (!imported) return [`${operationId}: not imported`];
    const wanted = authenticationsOf(document, security);
    const given = imported.auth?.type ?? ofCollection;
    if (wanted.includes(given)) return [];
    return [`${operationId}: ${imported.auth ? "has" : "inherits"} ${given}, and wants ${wanted.join(" or ")}`];
  });
  if (wantedOfCollection.includes(ofCollection)) return problems;
  return [...problems, `collection: has ${ofCollection}, and wants ${wantedOfCollection.join(" or ")}`];
}

/** What Postman calls each of the requirements, of which a request must satisfy one. */
function authenticationsOf({ components }: OpenApiDocument, security: Security): string[] {
  if (security.length === 0) return ["noauth"];
  return security.map((requirement) => {
    const names = Object.keys(requirement);
    if (names.length === 0) return "noauth";
    const schemes = names.map((name) => components?.securitySchemes?.[name] as SecurityScheme | undefined);
    return schemes.map((scheme) => `${scheme?.scheme ?? scheme?.type}`.toLowerCase()).join(" and ");
  });
}

function requestsOf(item: Item): Request[] {
  return "item" in item ? item.item.flatMap(requestsOf) : [item.request];
}

/** As a document writes it: Postman writes `:companyId` for `{companyId}`. */
function pathOf({ url }: Request): string {
  return `/${url.path.map((segment) => segment.replace(/^:(.+)$/, "{$1}")).join("/")}`;
}
