export { createClient } from "../../generated/header-login/client.ts";
export type { paths } from "../../generated/header-login/schema.ts";
export type { Client, ClientOptions } from "../client.ts";
