export type { Client, ClientOptions } from "./client.ts";
