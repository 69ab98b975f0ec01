// Generated from openapi/esignon.yaml by `npm run generate`. Do not edit.

import { type Client, type ClientOptions, createApiClient } from "../../src/client.ts";
import type { paths } from "./schema.ts";

/** Creates a client of eSignon login, typed by its document, for https://docs.esignon.net unless told otherwise. */
export function createClient(options: ClientOptions = {}): Client<paths> {
  return createApiClient<paths>({ baseUrl: "https://docs.esignon.net", ...options });
}
