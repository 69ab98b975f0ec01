// Generated from openapi/onebox.yaml by `npm run generate`. Do not edit.

import { type Client, type ClientOptions, createApiClient } from "../../src/client.ts";
import type { paths } from "./schema.ts";

/**
 * Creates a client of the API "OneBox login", typed by its document, for https://cloud.onebox.co.id unless told otherwise. Throws a
 * `LoginError` if an option cannot be used.
 */
export function createClient(options: ClientOptions = {}): Client<"onebox", paths> {
  return createApiClient<"onebox", paths>("onebox", "https://cloud.onebox.co.id", options);
}
