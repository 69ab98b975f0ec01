export { createClient } from "../../generated/onebox/client.ts";
export type { paths } from "../../generated/onebox/schema.ts";
export type { Client, ClientOptions } from "../client.ts";
