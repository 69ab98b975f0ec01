import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that is gone when its user is done with it. */
export interface TemporaryFolder extends AsyncDisposable {
  folder: string;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const folder = await mkdtemp(join(tmpdir(), "login-apis-"));
  // What a process that was just ended still writes there would make the folder seem not empty.
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  return { folder, [Symbol.asyncDispose]: remove };
}
