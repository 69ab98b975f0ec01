import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedMock, serveMock } from "./served.ts";

let mock: ServedMock;
beforeAll(async () => {
  mock = await serveMock();
});
afterAll(() => mock.close());

const ask = async (prefer: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${mock.url}/login`, { headers: { ...headers, Prefer: prefer } });
  return { status: response.status, body: await response.json() };
};

describe("Prefer", () => {
  const choices = [
    ["code=404, example=dataNotFound", 404, { message: "Data not found." }],
    ["example=dataNotFound", 404, { message: "Data not found." }],
    ["code=404", 404, { message: "Field < FIELD > not found." }],
    ["example=tokenExpired, code=498", 498, { code: 498 }],
    ['code="498";example="tokenExpired"', 498, { code: 498 }],
    ["CODE = 200 , Example = tokenExpiredOnHttp200,", 200, { code: 498 }],
    ["code=404, code=401", 404, { code: 404 }],
  ] as const;
  it("chooses a reply, whatever else is asked", async () => {
    for (const [prefer, status, body] of choices) {
      for (const headers of [{}, { "User-Name": "user_test", Password: "wrong_password" }])
        expect({ prefer, ...(await ask(prefer, headers)) }).toMatchObject({ prefer, status, body });
    }
  });

  const slips = [
    ["a status that only default covers", "code=418"],
    ["a status that has no such example", "code=401, example=success"],
    ["an example that does not exist", "example=nope"],
    ["a member of every object", "example=constructor"],
    ["no status", "code="],
    ["a status that is no number", "code=abc"],
    ["a status in another notation", "code=0x191"],
    ["several equals signs", "code=401=402"],
    ["an open quote", 'example="wrongPassword'],
  ] as const;
  it("that chooses nothing that there is is a 400 that lists what there is, even where the request itself is good", async () => {
    for (const [slip, prefer] of slips) {
      const { status, body } = await ask(prefer, { "User-Name": "user_test", Password: "password_test" });
      expect(status, slip).toBe(400);
      expect(body.choices, slip).toHaveLength(19);
      expect(body.choices, slip).toContain("code=498, example=tokenExpired");
    }
  });

  it("of others is ignored, alone or beside a choice", async () => {
    const wrong = { "User-Name": "user_test", Password: "wrong_password" };
    for (const prefer of ["", ",;", "=401", "respond-async, wait=10", "return=minimal; foo=bar", "dynamic=true"])
      expect({ prefer, ...(await ask(prefer, wrong)) }).toMatchObject({ prefer, status: 401 });
    expect(await ask("return=minimal, example=tokenExpired", wrong)).toMatchObject({ status: 498 });
  });

  it("that is given in two headers counts as one", async () => {
    const headers = new Headers([["Prefer", "code=404"]]);
    headers.append("Prefer", "example=dataNotFound");
    expect(await (await fetch(`${mock.url}/login`, { headers })).json()).toMatchObject({ message: "Data not found." });
  });
});
