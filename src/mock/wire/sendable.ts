import { validateHeaderName, validateHeaderValue } from "node:http";
import { type Answer, Unanswerable } from "../answer.ts";

/**
 * A header's value as it is sent: what Latin-1 cannot carry goes as the bytes of UTF-8, since a header carries bytes.
 */
export function headerBytes(value: string): string {
  const isLatin1 = [...value].every((character) => character <= "\u00ff");
  return isLatin1 ? value : Buffer.from(value, "utf8").toString("latin1");
}

/** Throws `Unanswerable`, if HTTP cannot carry an answer. */
export function checkSendable({ status, headers }: Answer): void {
  if (!(status >= 200 && status <= 599)) throw new Unanswerable(`No answer has the status ${status}.`);
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, headerBytes(value));
    } catch {
      throw new Unanswerable(`The header ${JSON.stringify(name)} cannot be sent with what the document has for it.`);
    }
  }
}

/** Whether answers of a status have no body, by HTTP. */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
