export { createClient } from "../../generated/esignon/client.ts";
export type { paths } from "../../generated/esignon/schema.ts";
export type { Client, ClientOptions } from "../client.ts";
