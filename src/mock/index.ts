import { packagedDocuments } from "../openapi/packaged.ts";
import { peers, requirePeers } from "../openapi/peers.ts";
import { isFileName, sourceOf } from "../openapi/source.ts";
import { withAdmin } from "./admin.ts";
import { createCore, type MockCore } from "./core.ts";
import { handleOf, type MockHandle } from "./handle.ts";
import { listen } from "./listen.ts";
import { type StatefulOptions, statefulService } from "./stateful.ts";
import { nodeListener } from "./wire/node.ts";

export type { MockHandle } from "./handle.ts";
export type { NextOptions } from "./next.ts";
export type { RecordedRequest } from "./record.ts";
export type { StatefulOptions } from "./stateful.ts";
export type { MockFetch } from "./wire/fetch.ts";

/** What a mock answers for, and how. */
export interface OpenMockOptions extends StatefulOptions {
  /**
   * What to answer for: APIs of this package by name, or files with documents of one's own, such as `billing.yaml`, which
   * need what `login-apis check` needs; all of this package unless told.
   */
  apis?: string[];
  /** Refuses a valid request whose credentials are no scenario's, as one with a wrong password. */
  strict?: boolean;
}

/** What a mock answers for, and how, and where it listens. */
export interface MockOptions extends OpenMockOptions {
  /** Port on 127.0.0.1 to listen on; a free one unless told. */
  port?: number;
  /** Lets programs of this machine hold the mock by HTTP: `/_mock/requests`, and `next`, `reset`, `advance`, `revoke`, `lock`. */
  admin?: boolean;
}

/** A mock that listens on a port. */
export interface Mock extends MockHandle {
  /** Where the mock answers, such as `http://127.0.0.1:49152`: the base URL of every API's client. */
  url: string;
  /** Stops the mock. Requests that wait for an answer are ended. */
  close(): Promise<void>;
}

/**
 * Opens a mock of the APIs in this process, without a port: its `fetch` answers as their documents do. Needs
 * `@stoplight/prism-http`, an optional peer. Rejects with one line that says what to do if that is not installed or an
 * API is unknown, or of a document or the accounts something is wrong.
 */
export async function openMock(options: OpenMockOptions = {}): Promise<MockHandle> {
  return handleOf(await openCore(options));
}

/** As `openMock`, on a port of this machine too. Rejects also if the port is taken. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { port = 0, admin = false, ...others } = options;
  const core = await openCore(others);
  const listener = nodeListener(core);
  const { url, close } = await listen(admin ? withAdmin(core, listener) : listener, port);
  return Object.assign(handleOf(core), { url, close });
}

async function openCore({ apis = [], strict = false, ...options }: OpenMockOptions): Promise<MockCore> {
  if (apis.some(isFileName)) {
    requirePeers("A mock of a file", [...peers.reading, ...peers.checking, ...peers.mocking]);
  }
  const documents = await sourceOf(apis, packagedDocuments).read();
  const service = await statefulService(documents, { strict, ...options });
  return createCore(documents, { strict, ...(service && { service }) });
}
