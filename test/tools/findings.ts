import { parse } from "yaml";

/** What a tool found in a document. */
export interface Finding {
  tool: string;
  /** The name of the API. */
  api: string;
  /** What it found, without a line number: those change with every line that is added above. */
  text: string;
}

/** A finding that is known, of some tools in some documents. */
interface Known {
  finding: string;
  tools: string[];
  apis: string[];
  because: string;
}

/** Reads a list of known findings. Throws if an entry has no reason, or another member is missing. */
export function readKnown(yaml: string): Finding[] {
  const list: Known[] = parse(yaml) ?? [];
  return list.flatMap(({ finding, tools, apis, because }) => {
    if (!finding || !tools?.length || !apis?.length)
      throw new Error(`An entry wants finding, tools and apis: ${finding}`);
    if (!because) throw new Error(`An entry wants a sentence that says why, as \`because\`: ${finding}`);
    return tools.flatMap((tool) => apis.map((api) => ({ tool, api, text: finding })));
  });
}

export interface Comparison {
  /** Found, and known. */
  excused: Finding[];
  /** Found, and not known. */
  unexpected: Finding[];
  /** Known, and no longer found. */
  stale: Finding[];
}

/** Compares what was found with what is known. */
export function compare(found: Finding[], known: Finding[]): Comparison {
  const isIn = (list: Finding[], { tool, api, text }: Finding) =>
    list.some((each) => each.tool === tool && each.api === api && each.text === text);
  return {
    excused: found.filter((finding) => isIn(known, finding)),
    unexpected: found.filter((finding) => !isIn(known, finding)),
    stale: known.filter((finding) => !isIn(found, finding)),
  };
}
