import { chosenCall, credentialsOf } from "./match/credentials.ts";
import type { MockedOperation } from "./match/operation.ts";
import type { SentRequest } from "./match/read.ts";
import type { SentCall } from "./service/sent.ts";

/** A request as a login service reads it; nothing, where it is neither a login nor a refresh. `headers` are by lower-case name. */
export function sentCall(
  operation: MockedOperation,
  request: SentRequest,
  headers: Readonly<Record<string, string>>,
): SentCall | undefined {
  const call = chosenCall(operation, request);
  if (!call) return undefined;
  const values = credentialsOf(call, operation, request);
  const credentials = Object.fromEntries(call.credentials.map(({ name }, index) => [name, values[index]]));
  return { api: operation.api, kind: call.kind, credentials, headers };
}
