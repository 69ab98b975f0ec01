import type { RequestListener } from "node:http";
import type { ApiDocument } from "../openapi/document.ts";
import { type CoreOptions, createCore } from "./core.ts";
import { nodeListener } from "./wire/node.ts";

export { CollisionError } from "./core.ts";

/**
 * Makes a listener for Node's `http` server that answers every operation of the documents, at its own path, with its
 * documented examples, and lists them at `/_mock/scenarios`. Throws `CollisionError` if two documents share a method and path.
 */
export async function createMock(documents: ApiDocument[], options: CoreOptions = {}): Promise<RequestListener> {
  return nodeListener(createCore(documents, options));
}
