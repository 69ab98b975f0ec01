import type { Tool } from "./examination.ts";
import { generators } from "./generators.ts";
import { postman } from "./postman.ts";
import { validators } from "./validators.ts";

export const tools: Tool[] = [...validators, postman, ...generators];
