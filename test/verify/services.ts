/** A request as the services of these tests read it. */
export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface Answered {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

export type Service = (asked: Asked) => Answered;

/** A service that is as its document infers, and the account that it knows. */
export interface HonestService {
  credentials: Record<string, string | number>;
  /** A new one, without memory of another. */
  create(): Service;
}

const methodNotAllowed: Answered = { status: 405, body: {} };

function json(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A JWT that ends so many seconds from now. */
function jwt(seconds: number, name: string): string {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  return `${encoded({ alg: "HS256" })}.${encoded({ exp, name })}.c2lnbmF0dXJl`;
}

function esignon(): Service {
  const issued = new Set<string>();
  const refused = (code: string, text: string) => ({
    status: 200,
    body: { header: { response_code: "1001A", result_code: code, result_msg: text, session_id: "" }, body: null },
  });
  return ({ method, path, headers, text }) => {
    if (path === "/read") {
      const [scheme, token = ""] = String(headers.authorization).split(" ");
      return scheme === "esignon" && issued.has(token) ? { status: 200, body: {} } : { status: 401, body: {} };
    }
    if (method !== "POST") return methodNotAllowed;
    const sent = json(text) as { header: { request_lang?: string }; body: Record<string, string> } | undefined;
    if (!sent)
      return refused("12", "Parsing failed because the body information of the received message is incorrect.");
    if (path !== "/api/acme/login")
      return refused("95", "The company is unable to call the API. Please contact the customer center.");
    const { memb_email: email, memb_pwd: password } = sent.body;
    if (password === undefined) return refused("99", "Unexpected exception (incorrect format)");
    if (email !== "a.person@example.org" || password !== "the-right-password")
      return refused("10", "Your login information is incorrect.");
    const token = `token-${issued.size}`;
    issued.add(token);
    const message =
      sent.header.request_lang === "ja" ? "成功裏にログインされました。" : "You have successfully logged in.";
    return {
      status: 200,
      body: {
        header: { response_code: "1001A", result_code: "00", result_msg: message, session_id: "" },
        body: {
          access_token: token,
          comp_id: "acme",
          device_id: "device-1",
          expire_date: "2027-01-31T00:00:00+09:00",
          memb_email: email,
        },
      },
    };
  };
}

function headerLogin(): Service {
  const issued = new Set<string>();
  const refused = (code: number, message: string) => ({ status: code, body: { status: "error", code, message } });
  return ({ method, path, headers }) => {
    if (path === "/read")
      return issued.has(String(headers.token)) ? { status: 200, body: {} } : refused(401, "Token not valid.");
    if (method !== "GET") return methodNotAllowed;
    for (const name of ["User-Name", "Password"]) {
      const value = headers[name.toLowerCase()];
      if (value === undefined) return refused(402, `Required field < ${name} > is not specified.`);
      if (value === "") return refused(402, `Required field < ${name} > is empty.`);
    }
    if (headers["user-name"] !== "a.person" || headers.password !== "the-right-password")
      return refused(401, "User doesn't exists.");
    const token = jwt(1800, `token-${issued.size}`);
    issued.add(token);
    return { status: 200, body: { status: "ok", code: 200, token } };
  };
}

function onebox(): Service {
  const issued = new Set<string>();
  const refused = (status: number, userMessage: string) => ({
    status,
    body: {
      _meta: { status: "ERROR", count: 1 },
      records: { errorCode: String(status), userMessage, devMessage: "", more: null, applicationCode: "" },
    },
  });
  return ({ method, path, headers, text }) => {
    if (path === "/read") {
      const [scheme, token = ""] = String(headers.authorization).split(" ");
      return scheme === "Bearer" && issued.has(token) ? { status: 200, body: {} } : refused(401, "Invalid token");
    }
    if (method !== "POST") return methodNotAllowed;
    const { email, password, siteId } = json(text) ?? {};
    if (email === undefined || password === undefined || siteId === undefined) return refused(400, "a key is missing");
    const isKnown = email === "a.person@example.org" && password === "the-right-password" && String(siteId) === "123";
    if (!isKnown) return refused(401, `you are not authorized to log into this site ${String(siteId)}`);
    const token = jwt(900, `token-${issued.size}`);
    issued.add(token);
    return { status: 200, body: { response_code: "200", response_status: "Success", token } };
  };
}

function refreshLogin(): Service {
  const issued = new Set<string>();
  const tokens = () => {
    const accessToken = jwt(1800, `access-${issued.size}`);
    const refreshToken = jwt(14_400, `refresh-${issued.size}`);
    issued.add(accessToken).add(refreshToken);
    return {
      token_type: "Bearer",
      access_token: accessToken,
      access_token_expires_in: 1800,
      refresh_token: refreshToken,
      refresh_token_expires_in: 14_400,
    };
  };
  return ({ method, path, headers, text }) => {
    if (path === "/read") {
      const [scheme, token = ""] = String(headers.authorization).split(" ");
      return scheme === "Bearer" && issued.has(token) ? { status: 200, body: {} } : { status: 401, body: {} };
    }
    if (method !== "POST") return methodNotAllowed;
    const { user, password, refresh_token: refreshToken } = json(text) ?? {};
    if (path === "/v1/api/auth/refresh") {
      const isKnown = issued.delete(String(refreshToken));
      if (!isKnown)
        return { status: 200, body: { result: { code: 1, error: "invalid_token", desc: "The token is unknown." } } };
      return { status: 200, body: { result: { code: 0, desc: "Ok", ...tokens() } } };
    }
    if (user !== "a.person" || password !== "the-right-password") return { status: 200, body: { code: 1 } };
    return { status: 200, body: { code: 0, result: tokens(), redirect: "pw/reset" } };
  };
}

const mail = { email: "a.person@example.org", password: "the-right-password" };

/** By the names of the documents. */
export const honestServices: Record<string, HonestService> = {
  esignon: { credentials: { companyId: "acme", ...mail }, create: esignon },
  "header-login": { credentials: { userName: "a.person", password: "the-right-password" }, create: headerLogin },
  onebox: { credentials: { ...mail, siteId: 123 }, create: onebox },
  "refresh-login": { credentials: { user: "a.person", password: "the-right-password" }, create: refreshLogin },
};
