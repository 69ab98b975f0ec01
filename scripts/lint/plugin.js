// Redocly loads plugins as JavaScript; this one loads the house rules, which are TypeScript like all else.
import { tsImport } from "tsx/esm/api";

const { houseRules } = await tsImport("../../src/openapi/rules.ts", import.meta.url);

const visitors = Object.entries(houseRules).map(([name, check]) => [
  name,
  () => ({
    Root(document, { report, location }) {
      for (const { at, message } of check(document)) report({ message, location: location.child(at) });
    },
  }),
]);

export default () => ({
  id: "house",
  rules: { oas3: Object.fromEntries(visitors) },
  configs: { all: { rules: Object.fromEntries(visitors.map(([name]) => [`house/${name}`, "error"])) } },
});
