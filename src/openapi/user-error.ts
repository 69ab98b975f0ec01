/** A mistake that the user can mend. Its message says what is wrong, where, and what to do; no stack is shown. */
export class UserError extends Error {
  override name = "UserError";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
