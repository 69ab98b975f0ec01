import type { Api, ReplyContract } from "../../login/contract.ts";
import type { ScriptWords, TryWords } from "../words.ts";

/** What a page hands to its script. */
export interface PageData {
  words: ScriptWords;
  /** Whether a mock answers at the page's own origin; without one there is nothing to send. */
  hasMock: boolean;
}

/** What is needed to try the scenarios of all pages. */
export interface TryData {
  /** By what stands in `data-of`. */
  scenarios: Record<string, TriedScenario>;
  /** What the replies of a login and of a refresh mean. */
  contracts: Record<string, TriedContract>;
  /** By the language of a page. */
  words: Record<string, TryWords>;
}

export interface TriedScenario {
  request: { method: string; path: string; headers: Record<string, string>; body?: string };
  /** The command that sends the same. */
  curl: string;
  /** Names of headers that the document describes. */
  headers: string[];
  /** The name of its contract, if x-login says anything of the operation. */
  contract?: string;
}

export interface TriedContract {
  reply: ReplyContract;
  /** A success without a token extends the one held. */
  isRefresh: boolean;
  header: Api<object>["header"];
}

/** What the script that is loaded on the first click exports. */
export interface TryModule {
  data: TryData;
  /** Sends a scenario's own request to the mock at the page's origin, and shows below `row` what comes back. Rejects if nothing does. */
  send(data: TryData, name: string, row: HTMLElement): Promise<void>;
}
