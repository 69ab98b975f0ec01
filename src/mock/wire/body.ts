import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { type Answer, problem } from "../answer.ts";
import { type Incoming, maximumBody } from "./incoming.ts";

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/** By the names that `Content-Encoding` has for them. */
const decoders = new Map<string, Decode>([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
]);

const tooLarge = () => problem(413, `The request body is larger than ${maximumBody} bytes`);

/** The text of a request's body, without its encoding and its byte order mark; or why it cannot be read. */
export async function bodyText({ headers, body }: Incoming): Promise<string | Answer> {
  if (body === undefined) return tooLarge();
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  const isPlain = encoding === "" || encoding === "identity" || body.length === 0;
  if (isPlain) return new TextDecoder().decode(body);
  const decode = decoders.get(encoding);
  if (!decode) {
    const known = [...decoders.keys()].join(", ");
    return problem(415, `Content-Encoding is one of: ${known}`, {}, { "accept-encoding": known });
  }
  try {
    return new TextDecoder().decode(await decode(body, { maxOutputLength: maximumBody }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return tooLarge();
    return problem(400, "The body is not encoded as its Content-Encoding says");
  }
}
