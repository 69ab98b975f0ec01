export { createClient } from "../../generated/refresh-login/client.ts";
export type { paths } from "../../generated/refresh-login/schema.ts";
export type { Client, ClientOptions } from "../client.ts";
