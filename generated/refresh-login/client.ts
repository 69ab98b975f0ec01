// Generated from openapi/refresh-login.yaml by `npm run generate`. Do not edit.

import { type Client, createApiClient } from "../../src/client.ts";
import { type ClientOptions, type Connection, connect } from "../../src/connection.ts";
import type { paths } from "./schema.ts";

/**
 * Creates a client of the API "Login with refresh tokens", typed by its document, for the host that `baseUrl` names. Throws a
 * `LoginError` if an option cannot be used.
 */
export function createClient(options: ClientOptions & { baseUrl: string }): Client<"refresh-login", paths> {
  return createApiClient<"refresh-login", paths>("refresh-login", options);
}

/** Opens the way to the API that such a client has beneath it, for a session. */
export function openConnection(options: ClientOptions): Connection {
  return connect(undefined, options);
}
