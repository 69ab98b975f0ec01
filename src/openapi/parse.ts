import { parseYaml } from "@redocly/openapi-core";

/** A file's text, and what it says. */
export interface Parsed {
  text: string;
  value: unknown;
}

/** Why a file says nothing. Line and column count from 1. */
export interface Unparsable {
  line: number;
  column: number;
  message: string;
}

/** No document is as large as this; one that seems so has aliases of aliases. */
const maximumNodes = 1_000_000;

const notText = "This is no text in UTF-8, but bytes. Save it as UTF-8, or name the file that has the document.";

/** Parses YAML or, by the file's ending, JSON. */
export function parse(file: string, bytes: Uint8Array): Parsed | Unparsable {
  const text = decode(bytes);
  if (typeof text !== "string") return text;
  if (text.trim() === "") return { text, value: undefined };
  if (text.includes("\0")) return { ...endOf(text.slice(0, text.indexOf("\0"))), message: notText };
  const isJson = file.endsWith(".json");
  // JSON is YAML but for the tabs between its tokens; YAML says where something is wrong, and keeps every place.
  const yaml = isJson ? text.replaceAll("\t", " ") : text;
  try {
    const value: unknown = parseYaml(yaml);
    const endless = endlessAliases(value);
    if (endless !== undefined) return { line: 1, column: 1, message: endless };
    return { text: yaml, value: isJson ? JSON.parse(text) : value };
  } catch (error) {
    if (error instanceof SyntaxError) return jsonError(text, error);
    return yamlError(text, error);
  }
}

function decode(bytes: Uint8Array): string | Unparsable {
  const text = new TextDecoder("utf-8").decode(bytes);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.replaceAll("\r\n", "\n");
  } catch {
    const withMark = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const asUtf8 = new TextEncoder().encode(withMark);
    const wrong = bytes.findIndex((byte, index) => byte !== asUtf8[index]);
    const before = new TextDecoder("utf-8").decode(bytes.subarray(0, wrong));
    return {
      ...endOf(before),
      message: bytes.includes(0) ? notText : "The file is not UTF-8 from here on. Save it as UTF-8.",
    };
  }
}

/** The place behind a text. */
function endOf(text: string): { line: number; column: number } {
  const lines = text.split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function jsonError(text: string, { message }: SyntaxError): Unparsable {
  const [, position = "0"] = /at position (\d+)/.exec(message) ?? [];
  return { ...endOf(text.slice(0, Number(position))), message: `This is YAML, yet no JSON: ${message}.` };
}

interface YamlError {
  reason: string;
  mark?: { line: number; column: number };
}

function yamlError(text: string, error: unknown): Unparsable {
  if (!isYamlError(error)) throw error;
  const { reason, mark } = error;
  if (reason.startsWith("expected a single document"))
    return {
      line: lineOfSecondDocument(text),
      column: 1,
      message: "A second YAML document begins here. Give each API a file of its own.",
    };
  return { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, message: reason };
}

function isYamlError(error: unknown): error is YamlError {
  return error instanceof Error && error.name === "YAMLException" && "reason" in error;
}

function lineOfSecondDocument(text: string): number {
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => line.trim() !== "" && !/^[#%]/.test(line));
  const second = lines.findIndex((line, index) => index > begin && /^(---|\.\.\.)(\s|$)/.test(line));
  return second + 1;
}

/** Says so if a value holds itself, or so much, through aliases, that nobody could read it to its end. */
function endlessAliases(root: unknown): string | undefined {
  let nodes = 0;
  const holders = new Set<unknown>();
  const isEndless = (node: unknown): boolean => {
    if (typeof node !== "object" || node === null) return false;
    nodes += 1;
    if (holders.has(node) || nodes > maximumNodes) return true;
    holders.add(node);
    const found = Object.values(node).some(isEndless);
    holders.delete(node);
    return found;
  };
  if (!isEndless(root)) return undefined;
  return "An alias of YAML leads back to itself, or aliases of aliases grow without end. Write a $ref in its place.";
}
