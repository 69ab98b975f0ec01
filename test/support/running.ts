import { onTestFinished } from "vitest";
import type { ApiUnderTest, Granted } from "./apis.ts";
import { type RunningService, Service } from "./service.ts";

/** Starts a service for the test that is running, which closes it when it ends. */
export async function running(api: ApiUnderTest, grants?: Granted): Promise<{ service: Service } & RunningService> {
  const service = new Service(api, grants);
  const started = await service.start();
  onTestFinished(() => started.close());
  return { service, ...started };
}

/** Calls as many times at once as it is told, and waits for all. */
export function together<Result>(times: number, call: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)));
}

/** What many calls came to, each result once. */
export async function resultsOf(
  times: number,
  call: (index: number) => Promise<{ status: number } | { value: string }>,
): Promise<unknown[]> {
  const results = await together(times, (index) =>
    call(index).then(
      (result) => ("value" in result ? result.value : result.status),
      (error: { code: string }) => error.code,
    ),
  );
  return [...new Set(results)];
}
