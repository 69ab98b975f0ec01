import type { Manifest } from "./manifest.ts";

/** What a release is made from. */
export interface Release {
  manifest: Pick<Manifest, "version" | "repository">;
  /** CHANGELOG.md. */
  changelog: string;
  /** The tag that was pushed. */
  tag: string;
  /** The address of the repository that it was pushed to. */
  repository: string;
}

/**
 * Says what keeps a release from being what its tag says. npm compares `repository.url` with the repository of the
 * workflow as text, its case included, and refuses the provenance of any other.
 */
export function releaseProblems({ manifest, changelog, tag, repository }: Release): string[] {
  const { version } = manifest;
  const problems: string[] = [];
  if (tag !== `v${version}`) problems.push(`The tag is ${tag}, and package.json has the version ${version}.`);
  const url = manifest.repository?.url;
  const expected = `git+${repository}.git`;
  if (url !== expected) problems.push(`This is ${expected}, and repository.url in package.json is ${url}.`);
  const section = sectionOf(changelog, version);
  if (section === undefined) problems.push(`CHANGELOG.md has no section "## ${version}".`);
  else if (section.text === "") problems.push(`CHANGELOG.md says nothing about ${version}.`);
  else if (!isDate(section.note))
    problems.push(`CHANGELOG.md has no date beside ${version}, as in "## ${version} (2026-11-26)".`);
  return problems;
}

/** The section of a version: what stands in brackets beside it, and its text. */
function sectionOf(changelog: string, version: string): { note: string; text: string } | undefined {
  for (const section of changelog.split(/^## /m).slice(1)) {
    const [heading = "", ...lines] = section.split("\n");
    const [named, note = ""] = heading.split(" ");
    if (named === version) return { note: note.replaceAll(/[()]/g, ""), text: lines.join("\n").trim() };
  }
  return undefined;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text);
}
