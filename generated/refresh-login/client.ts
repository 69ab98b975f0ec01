// Generated from openapi/refresh-login.yaml by `npm run generate`. Do not edit.

import { type Client, type ClientOptions, createApiClient } from "../../src/client.ts";
import type { paths } from "./schema.ts";

/** Creates a client of Login with refresh tokens, typed by its document, for the host that `baseUrl` names. */
export function createClient(options: ClientOptions & { baseUrl: string }): Client<paths> {
  return createApiClient<paths>(options);
}
