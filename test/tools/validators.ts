import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Examination, examineEach, type Found, load, runProgram, type Tool } from "./examination.ts";

interface SpectralResult {
  code: string;
  message: string;
  path: (string | number)[];
  source: string;
}

/** Spectral's own program with the ruleset at the top of the repository, which it finds by itself. */
const spectral: Tool = {
  name: "Spectral",
  package: "@stoplight/spectral-cli",
  async examine(examination: Examination): Promise<Found[]> {
    const files = examination.documents.map(({ file }) => file);
    const args = ["lint", "--quiet", "--format=json", ...files];
    const { code, stdout, stderr } = await runProgram(examination, "@stoplight/spectral-cli/dist/index.js", args);
    const hasReport = code <= 1 && stdout.trim().startsWith("[");
    if (!hasReport) throw new Error(`Spectral ended with ${code}: ${stderr}${stdout}`);
    const results: SpectralResult[] = JSON.parse(stdout);
    return results.map(({ code, message, path, source }) => ({
      api: basename(source, ".yaml"),
      text: `${code} at ${path.join("/")}: ${message}`,
    }));
  },
};

interface ScalarParser {
  validate(text: string): Promise<{
    valid: boolean;
    errors?: { message: string; path?: string[] }[];
    warnings?: { message: string; path?: string[] }[];
  }>;
}

const scalar: Tool = {
  name: "Scalar's parser",
  package: "@scalar/openapi-parser",
  async examine(examination) {
    const { validate } = await load<ScalarParser>(examination, "@scalar/openapi-parser");
    return await examineEach(examination.documents, async ({ file }) => {
      const { valid, errors = [], warnings = [] } = await validate(await readFile(file, "utf8"));
      const texts = [...errors, ...warnings].map(({ message, path = [] }) => `${path.join("/")} ${message}`.trim());
      return valid || texts.length > 0 ? texts : ["not valid, without a reason"];
    });
  },
};

interface SwaggerParser {
  default: { validate(file: string): Promise<unknown> };
}

const swaggerParser: Tool = {
  name: "swagger-parser",
  package: "@apidevtools/swagger-parser",
  async examine(examination) {
    const { default: parser } = await load<SwaggerParser>(examination, "@apidevtools/swagger-parser");
    return await examineEach(examination.documents, async ({ file }) => {
      const error = await parser.validate(file).catch((error: Error) => error);
      return error instanceof Error ? violationsIn(error.message) : [];
    });
  },
};

/** The violations that swagger-parser lists, a line each, below a title. */
export function violationsIn(message: string): string[] {
  const lines = message.split("\n").map((line) => line.trim());
  const violations = lines.filter((line) => line.startsWith("#/"));
  return violations.length > 0 ? violations : [lines.join(" ")];
}

export const validators: Tool[] = [spectral, scalar, swaggerParser];
