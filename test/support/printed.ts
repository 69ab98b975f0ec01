import { inspect } from "node:util";
import { vi } from "vitest";

/** Every text that a value shows of itself, by whatever way it may get into a log; by its getters too, unless told otherwise. */
export function printed(value: unknown, { getters = true }: { getters?: boolean } = {}): string {
  const texts = [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters, maxStringLength: null }),
    String(value),
    JSON.stringify(value) ?? "",
  ];
  for (let each = value; each instanceof Error; each = each.cause) {
    texts.push(each.message, each.stack ?? "", JSON.stringify(each), String(each));
    for (const name of Object.getOwnPropertyNames(each)) texts.push(name, inspect(Reflect.get(each, name)));
  }
  return texts.join("\n");
}

/** Collects what is written to the console, stdout and stderr until `end`, which gives all of it. */
export function captureOutput(): { end(): string } {
  const written: string[] = [];
  const collect = (...values: unknown[]) => {
    written.push(...values.map((value) => (typeof value === "string" ? value : inspect(value, { depth: 10 }))));
    return true;
  };
  const spies = [
    ...(["debug", "error", "info", "log", "trace", "warn"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(collect),
    ),
    vi.spyOn(process.stdout, "write").mockImplementation(collect),
    vi.spyOn(process.stderr, "write").mockImplementation(collect),
  ];
  return {
    end() {
      for (const spy of spies) spy.mockRestore();
      return written.join("\n");
    },
  };
}

/** The parts of `secret` that stand in a text: a secret that was cut or replaced in part is out as well. */
export function leaks(text: string, secret: string): string[] {
  const parts = Array.from({ length: secret.length - 7 }, (_, start) => secret.slice(start, start + 8));
  return parts.filter((part) => text.includes(part));
}
