/** What openapi-typescript makes of a document that has a bit of everything. */
export interface paths {
  "/{company}/login": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    post: {
      parameters: {
        query: { lang: string; scope?: string[] };
        header: { "User-Name": string; "X-Site"?: number };
        path: { company: string };
        cookie?: never;
      };
      requestBody: {
        content: { "application/json": { user: { name: string; site?: number }; [name: string]: unknown } };
      };
      responses: Answers;
    };
  };
  "/token": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          "application/x-www-form-urlencoded": { grant_type: "password"; username: string; scope?: string[] };
        };
      };
      responses: Answers;
    };
  };
  "/either": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    put: {
      parameters: { query?: { dry?: boolean }; header?: never; path?: never; cookie?: never };
      requestBody?: {
        content: { "application/json": { a: string }; "application/x-www-form-urlencoded": { b: string } };
      };
      responses: Answers;
    };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: Answers;
    };
  };
}

interface Answers {
  200: { headers: { [name: string]: unknown }; content: { "application/json": { token: string } } };
  401: { headers: { [name: string]: unknown }; content: { "application/json": { code: number } } };
}
