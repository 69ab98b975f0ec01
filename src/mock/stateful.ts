import type { ApiDocument } from "../openapi/document.ts";
import { UserError } from "../openapi/user-error.ts";
import { checkAccounts, readAccounts } from "./service/account-file.ts";
import { createService, type LoginService } from "./service/service.ts";

/** How a mock behaves like a login service. */
export interface StatefulOptions {
  /**
   * Behaves like a login service: tokens are new each time, end, rotate and are revoked, accounts lock, on a clock that a
   * test can move.
   */
  stateful?: boolean | undefined;
  /** Seconds after which a stateful mock's tokens end, where their document says later, or never. */
  lifetime?: number | undefined;
  /** Wrong passwords in a row after which an account of a stateful mock locks: 5 unless told. */
  lockAfter?: number | undefined;
  /**
   * Accounts of a stateful mock beside those of the scenarios: a list of credentials for each API, or the name of a file
   * in YAML or JSON that has them.
   */
  accounts?: string | Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> | undefined;
}

/**
 * What makes the service that stands behind a stateful mock; nothing, if none is asked for. Rejects with a `UserError`
 * that says what of the accounts is wrong.
 */
export async function statefulService(
  documents: ApiDocument[],
  { stateful = false, lifetime, lockAfter, accounts, strict }: StatefulOptions & { strict?: boolean | undefined },
): Promise<((documents: ApiDocument[], before?: LoginService) => LoginService) | undefined> {
  const needing = Object.entries({ lifetime, lockAfter, accounts }).find(([, value]) => value !== undefined);
  if (!stateful && needing)
    throw new UserError(`${needing[0]} is of a stateful mock alone: ask for one (stateful: true, or --stateful).`, 2);
  if (!stateful) return undefined;
  const own = await ownAccounts(documents, accounts);
  return (all, before) => createService(all, { lifetime, lockAfter, strict, accounts: own, before });
}

async function ownAccounts(documents: ApiDocument[], accounts: StatefulOptions["accounts"]) {
  if (accounts === undefined) return undefined;
  return typeof accounts === "string"
    ? readAccounts(accounts, documents)
    : checkAccounts(accounts, documents, "accounts");
}
