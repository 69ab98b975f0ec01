import { expect, test } from "vitest";
import type { Parameter } from "../../src/openapi/document.ts";
import { type DocumentedOperation, type Reply, wireRequest } from "../../src/openapi/scenarios.ts";

const reply: Reply = { name: "success", status: 204, headers: {}, example: { value: undefined } };

function requestWith(parameters: Parameter[], value: unknown, body?: { mediaType: string; value: unknown }) {
  const operation: DocumentedOperation = {
    api: "api",
    method: "post",
    path: "/things/{p}",
    operation: { operationId: "do", responses: {} },
    parameters,
    mediaTypes: [],
    requests: [
      {
        name: "success",
        parameters: parameters.map((parameter) => ({ parameter, example: { value } })),
        ...(body && { body: { mediaType: body.mediaType, schema: {}, example: { value: body.value } } }),
      },
    ],
    replies: [reply],
  };
  return wireRequest(operation, reply);
}

const list = ["a b", "c,d"];
const object = { k: "a&b", "l m": 1 };

// The forms are those of the table of styles in OpenAPI 3.1, but that a space in a query is a plus, as forms have it.
const queries: [style: string | undefined, explode: boolean | undefined, value: unknown, query: string][] = [
  [undefined, undefined, "a b&c", "p=a+b%26c"],
  [undefined, undefined, 1, "p=1"],
  [undefined, undefined, list, "p=a+b&p=c%2Cd"],
  [undefined, undefined, object, "k=a%26b&l+m=1"],
  ["form", true, list, "p=a+b&p=c%2Cd"],
  ["form", false, list, "p=a+b,c%2Cd"],
  ["form", false, object, "p=k,a%26b,l+m,1"],
  ["spaceDelimited", undefined, list, "p=a+b%20c%2Cd"],
  ["spaceDelimited", false, object, "p=k%20a%26b%20l+m%201"],
  ["pipeDelimited", undefined, list, "p=a+b%7Cc%2Cd"],
  ["pipeDelimited", false, object, "p=k%7Ca%26b%7Cl+m%7C1"],
  ["deepObject", true, object, "p%5Bk%5D=a%26b&p%5Bl+m%5D=1"],
  ["form", true, [], ""],
];
test("a query has its parameter in the style that the document names", () => {
  const written = queries.map(([style, explode, value]) => {
    const parameter: Parameter = {
      name: "p",
      in: "query",
      ...(style !== undefined && { style }),
      ...(explode !== undefined && { explode }),
    };
    const [, query = ""] = requestWith([parameter], value).path.split("?");
    return [style, explode, value, query];
  });
  expect(written).toEqual(queries);
  expect(requestWith([{ name: "p", in: "query" }], []).path).toBe("/things/{p}");
});

const simple: [explode: boolean, value: unknown, path: string, header: string][] = [
  [false, "a/b", "a%2Fb", "a/b"],
  [false, list, "a%20b,c%2Cd", "a b,c,d"],
  [false, object, "k,a%26b,l%20m,1", "k,a&b,l m,1"],
  [true, object, "k=a%26b,l%20m=1", "k=a&b,l m=1"],
  [true, "$&", "%24%26", "$&"],
];
test("a path and a header have theirs in the simple style", () => {
  const written = simple.map(([explode, value]) => {
    const parameters: Parameter[] = [
      { name: "p", in: "path", explode },
      { name: "X-P", in: "header", explode },
    ];
    const { path, headers } = requestWith(parameters, value);
    return [explode, value, path.replace("/things/", ""), headers["X-P"]];
  });
  expect(written).toEqual(simple);
});

const form = "application/x-www-form-urlencoded";
const bodies: [mediaType: string, value: unknown, body: string][] = [
  ["application/json", { a: [1] }, '{"a":[1]}'],
  ["application/json", "no {json", "no {json"],
  [
    form,
    { grant: "a b", scope: ["x", "y&z"], n: 1, o: { k: 1 } },
    "grant=a+b&scope=x&scope=y%26z&n=1&o=%7B%22k%22%3A1%7D",
  ],
  [`${form}; charset=utf-8`, { a: "é" }, "a=%C3%A9"],
  [form, "as=it&is", "as=it&is"],
  ["text/plain", 12, "12"],
];
test("a body is written as its media type has it", () => {
  const written = bodies.map(([mediaType, value]) => {
    const { headers, body } = requestWith([], undefined, { mediaType, value });
    return [headers["Content-Type"], value, body];
  });
  expect(written).toEqual(bodies);
});
