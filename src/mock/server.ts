import type { RequestListener } from "node:http";
import type { ApiDocument } from "../openapi/document.ts";
import { collisionsOf, collisionText } from "../openapi/operations.ts";
import { type DocumentedOperation, readOperations } from "../openapi/scenarios.ts";
import { problem } from "./answer.ts";
import { anyOrigin } from "./cors.ts";
import { type Decision, decider } from "./decide.ts";
import { deliver } from "./faults.ts";
import { loadPrism } from "./prism.ts";
import { UserError } from "./user-error.ts";

/** Two documents describe the same method and path, so that one server cannot answer for both. */
export class CollisionError extends UserError {
  override name = "CollisionError";
}

export interface CreateMockOptions {
  /** Gets a line for every request: API, operation, scenario, status, fault and time, and nothing of what was sent. */
  log?: (line: string) => void;
}

/**
 * Makes a listener for Node's `http` server that answers every operation of the documents, at its own path, with its
 * documented examples, and lists them at `/`. Throws `CollisionError` if two documents share a method and path.
 */
export async function createMock(
  documents: ApiDocument[],
  { log = () => {} }: CreateMockOptions = {},
): Promise<RequestListener> {
  refuseCollisions(readOperations(documents));
  const decide = decider(await loadPrism(documents));

  return async (request, response) => {
    const start = performance.now();
    let decision: Decision | undefined;
    response.once("close", () => {
      const { operation, reply, delivery } = decision ?? {};
      log(
        [
          operation ? `${operation.api} ${operation.operation.operationId}` : "- -",
          reply?.name ?? "-",
          response.headersSent ? response.statusCode : "-",
          ...(delivery?.fault ? [delivery.fault] : []),
          `${(performance.now() - start).toFixed(1)} ms`,
        ].join(" "),
      );
    });
    decision = await decide(request).catch(() => ({ answer: problem(500, "The mock failed") }));
    const { answer, delivery } = decision;
    await deliver(response, { ...answer, headers: { ...answer.headers, ...anyOrigin } }, delivery);
  };
}

function refuseCollisions(operations: DocumentedOperation[]): void {
  const [collision] = collisionsOf(operations);
  if (collision) throw new CollisionError(collisionText(collision.one, collision.other));
}
