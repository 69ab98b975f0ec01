// Generated from openapi/header-login.yaml by `npm run generate`. Do not edit.

import { type Client, type ClientOptions, createApiClient } from "../../src/client.ts";
import type { paths } from "./schema.ts";

/**
 * Creates a client of the API "Header login", typed by its document, for the host that `baseUrl` names. Throws a
 * `LoginError` if an option cannot be used.
 */
export function createClient(options: ClientOptions & { baseUrl: string }): Client<"header-login", paths> {
  return createApiClient<"header-login", paths>("header-login", undefined, options);
}
