/** How many times longer than in `npm test` the property tests run: `npm run test:fuzz` sets it. */
export const factor: number = Number(process.env.LOGIN_APIS_FUZZ_FACTOR ?? 1);

/** What the generated cases come from: printed, so that a run can be repeated by setting it. */
export const seed: number = Number(process.env.LOGIN_APIS_FUZZ_SEED ?? Date.now() % 2 ** 31);

process.stdout.write(`LOGIN_APIS_FUZZ_FACTOR=${factor} LOGIN_APIS_FUZZ_SEED=${seed}\n`);
