/** What nobody can import. */
interface Hidden {
  /** Something. */
  value: string;
}

/** What is described, but for one member. */
export interface Options {
  /** Where to. Beside {@link Options.nowhere}. */
  target: string;
  silent: boolean;
  /** Names what nobody can import. */
  hidden: Hidden;
}

/** What a call resolves to. */
export interface Outcome {
  /** Whether it did. */
  ok: boolean;
}

/** Documented, and what it takes and returns as well. */
export declare function call(options: Options): Promise<Outcome>;

export declare function undocumented(): void;
