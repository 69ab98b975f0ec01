import createFetchClient, { type Client as FetchClient } from "openapi-fetch";

export interface ClientOptions {
  /** Where the API answers, such as `https://login.example.org`. Defaults to the document's own host, if it has one. */
  baseUrl?: string;
  /** Called in place of `globalThis.fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** Headers sent with every request. */
  headers?: Record<string, string>;
}

/** An openapi-fetch client, typed by the `paths` of one document. */
export type Client<Paths extends {}> = FetchClient<Paths>;

/**
 * Binds the types of a document to a client that follows no redirect, so that no credential reaches another place than
 * the one it was meant for.
 */
export function createApiClient<Paths extends {}>(options: ClientOptions & { baseUrl: string }): Client<Paths> {
  return createFetchClient<Paths>({ ...options, redirect: "manual" });
}
