import { listen } from "./listen.ts";
import { readPackagedDocuments } from "./packaged.ts";
import { selectApis } from "./select.ts";
import { createMock } from "./server.ts";

export interface MockOptions {
  /** Names of the APIs to answer for, such as `billing` for `billing.yaml`; all unless told. */
  apis?: string[];
  /** Port on 127.0.0.1 to listen on; a free one unless told. */
  port?: number;
}

export interface Mock {
  /** Where the mock answers, such as `http://127.0.0.1:49152`: the base URL of every API's client. */
  url: string;
  /** Stops the mock. Requests that wait for an answer are ended. */
  close(): Promise<void>;
}

/**
 * Starts a mock of the APIs on this machine, which answers as their documents do. Needs `@stoplight/prism-http`, an
 * optional peer. Rejects with one line that says what to do if that is not installed, an API is unknown or the port is taken.
 */
export async function startMock({ apis = [], port = 0 }: MockOptions = {}): Promise<Mock> {
  return listen(await createMock(selectApis(await readPackagedDocuments(), apis)), port);
}
