/** What is not run on Windows and macOS, with what it needs that is not there. */
export const linuxAlone: Record<string, string> = {
  "test/store/postgres.test.ts": "Debian's Postgres",
  "test/store/redis.test.ts": "Debian's Redis",
  "test/sharing/faults.test.ts": "signals that stop and continue, and Debian's Redis",
  "test/sharing/mix.test.ts": "signals that stop and continue",
  "test/mock-service/ways.test.ts": "curl, and Python by that name",
  "test/mock/documents.test.ts": "a POSIX shell, for curl lines",
  "test/contract/replies.test.ts": "a POSIX shell, for curl lines",
  "test/docs/samples.test.ts": "a POSIX shell, for samples of curl",
  "test/commands/serving.test.ts": "signals to one process and to a group, and /proc, to count what is left",
  "test/verify/safety.test.ts": "/dev/zero",
};
