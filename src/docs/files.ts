import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { DocsFile, DocsFiles } from "./build.ts";

/** A file as it is sent: all that an answer needs is made before anybody asks. */
export interface ServedFile {
  /** Its media type, with the charset if it is text. */
  type: string;
  /** Weak, because all encodings share it. */
  etag: string;
  /** The body by content coding. One that saves nothing is left out. */
  bodies: { identity: Uint8Array; br?: Uint8Array; gzip?: Uint8Array };
}

/** The files of a build by the exact path that they answer at; the page that compares the APIs answers at `/` too. */
export type ServedFiles = ReadonlyMap<string, ServedFile>;

/** Makes of a build's files what the server answers with. */
export async function served(files: DocsFiles): Promise<ServedFiles> {
  const entries = await Promise.all([...files].map(async ([path, file]) => [path, await servedFile(file)] as const));
  const byPath = new Map(entries);
  const start = byPath.get("/index.html");
  if (start) byPath.set("/", start);
  return byPath;
}

async function servedFile({ type, body }: DocsFile): Promise<ServedFile> {
  const identity = Buffer.from(body);
  const [br, zipped] = await Promise.all([compressByBrotli(identity, type), compressByGzip(identity)]);
  const bodies: ServedFile["bodies"] = { identity };
  if (br.length < identity.length) bodies.br = br;
  if (zipped.length < identity.length) bodies.gzip = zipped;
  const digest = createHash("sha256").update(identity).digest("base64url");
  return { type: withCharset(type), etag: `W/"${digest.slice(0, 22)}"`, bodies };
}

const compressByGzip = promisify(gzip);
const brotli = promisify(brotliCompress);

/**
 * Pages are what people wait for, and each takes 50 ms at the best quality. At this one the rest takes a twentieth of
 * that and is a tenth larger; Redoc's script would take seconds at the best.
 */
const quickQuality = 5;
/** A page of ours is far below this. */
const largeFile = 256 * 1024;

function compressByBrotli(body: Uint8Array, type: string): Promise<Buffer> {
  const isPage = type.startsWith("text/html") && body.length <= largeFile;
  return brotli(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: isPage ? constants.BROTLI_MAX_QUALITY : quickQuality,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
}

/** Types that are text although their name does not begin with it. */
const textTypes = [
  "application/json",
  "application/yaml",
  "application/xml",
  "application/javascript",
  "image/svg+xml",
];

function withCharset(type: string): string {
  const isText = type.startsWith("text/") || textTypes.includes(type);
  return isText && !type.includes("charset=") ? `${type}; charset=utf-8` : type;
}
