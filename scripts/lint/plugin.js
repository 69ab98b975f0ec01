// Redocly loads plugins as JavaScript; this one loads the house rules, which are TypeScript like all else.
import { tsImport } from "tsx/esm/api";

const { houseRules, houseWarnings } = await tsImport("../../src/openapi/rules.ts", import.meta.url);
const { limits } = await tsImport("../../src/openapi/limits.ts", import.meta.url);

const visitors = Object.entries({ ...limits, ...houseRules, ...houseWarnings }).map(([name, check]) => [
  name,
  () => ({
    Root(document, { report, location }) {
      // What two operations share is found wrong in both.
      const seen = new Set();
      for (const { at, message } of check(document)) {
        const key = JSON.stringify([at, message]);
        if (!seen.has(key)) report({ message, location: location.child(at) });
        seen.add(key);
      }
    },
  }),
]);

export default () => ({
  id: "house",
  rules: { oas3: Object.fromEntries(visitors) },
  configs: { all: { rules: Object.fromEntries(visitors.map(([name]) => [`house/${name}`, "error"])) } },
});
