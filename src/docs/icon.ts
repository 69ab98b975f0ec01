import { Html } from "./html.ts";

/** The address of the pages' icon, inside of them: a browser would ask the server for one otherwise. */
export const icon: Html = new Html(
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='4' fill='%230b6b63'/><path d='M5 4v8h6' fill='none' stroke='white' stroke-width='2'/></svg>",
);
