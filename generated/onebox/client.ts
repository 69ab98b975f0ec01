// Generated from openapi/onebox.yaml by `npm run generate`. Do not edit.

import { type Client, createApiClient } from "../../src/client.ts";
import { type ClientOptions, type Connection, connect } from "../../src/connection.ts";
import type { paths } from "./schema.ts";

/**
 * Creates a client of the API "OneBox login", typed by its document, for https://cloud.onebox.co.id unless told otherwise. Throws a
 * `LoginError` if an option cannot be used.
 */
export function createClient(options?: ClientOptions): Client<"onebox", paths> {
  return createApiClient<"onebox", paths>("onebox", options, "https://cloud.onebox.co.id");
}

/** Opens the way to the API that such a client has beneath it, for a session. */
export function openConnection(options: ClientOptions): Connection {
  return connect("https://cloud.onebox.co.id", options);
}
