import { expect, test } from "vitest";
import * as esignon from "../../generated/esignon/index.ts";
import * as headerLogin from "../../generated/header-login/index.ts";
import * as onebox from "../../generated/onebox/index.ts";
import * as refreshLogin from "../../generated/refresh-login/index.ts";
import { esignonSays, headerLoginSays, oneboxSays, refreshLoginSays } from "./guards.ts";

test("esignon's guard tells success and failure apart on HTTP 200", async () => {
  expect(await esignonSays({ header: { result_code: "00" }, body: { access_token: "token" } })).toBe("token");
  expect(await esignonSays({ header: { result_code: "10" }, body: { access_token: "token" } })).toBe("refused with 10");
  expect(await esignonSays({ header: { result_code: "95" } })).toBe("refused with 95");
});

test("header-login's guard tells success, failure and expired token apart on HTTP 200", async () => {
  expect(await headerLoginSays({ status: "ok", code: 200, token: "token" })).toBe("token");
  expect(await headerLoginSays({ status: "error", code: 401 })).toBe("refused with 401");
  expect(await headerLoginSays({ status: "ok", code: 498, token: "token" })).toBe("refused with 498");
});

test("onebox's guard tells success and failure apart", async () => {
  expect(await oneboxSays({ token: "token" })).toBe("token");
  expect(await oneboxSays({ records: { errorCode: "401", userMessage: "no" } }, 401)).toBe("refused with 401");
});

test("refresh-login's guard tells success and failure apart on HTTP 200", async () => {
  expect(await refreshLoginSays({ code: 0, result: { access_token: "token" } })).toBe("token");
  expect(await refreshLoginSays({ code: 1 })).toBe("refused with 1");
});

test("a guard takes anything, and wants a whole success", () => {
  for (const { isLoginSuccess } of [esignon, headerLogin, onebox, refreshLogin])
    for (const reply of [
      undefined,
      null,
      "",
      "token",
      0,
      true,
      [],
      {},
      { token: "" },
      { header: { result_code: "00" } },
    ])
      expect(isLoginSuccess(reply)).toBe(false);
});
