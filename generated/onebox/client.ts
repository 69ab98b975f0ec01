// Generated from openapi/onebox.yaml by `npm run generate`. Do not edit.

import { type Client, type ClientOptions, createApiClient } from "../../src/client.ts";
import type { paths } from "./schema.ts";

/** Creates a client of OneBox login, typed by its document, for https://cloud.onebox.co.id unless told otherwise. */
export function createClient(options: ClientOptions = {}): Client<paths> {
  return createApiClient<paths>({ baseUrl: "https://cloud.onebox.co.id", ...options });
}
