// Generated from openapi/esignon.yaml by `npm run generate`. Do not edit.

import { type Client, createApiClient } from "../../src/client.ts";
import { type ClientOptions, type Connection, connect } from "../../src/connection.ts";
import type { paths } from "./schema.ts";

/**
 * Creates a client of the API "eSignon login", typed by its document, for https://docs.esignon.net unless told otherwise. Throws a
 * `LoginError` if an option cannot be used.
 */
export function createClient(options?: ClientOptions): Client<"esignon", paths> {
  return createApiClient<"esignon", paths>("esignon", options, "https://docs.esignon.net");
}

/** Opens the way to the API that such a client has beneath it, for a session. */
export function openConnection(options: ClientOptions): Connection {
  return connect("https://docs.esignon.net", options);
}
