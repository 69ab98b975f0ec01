import type { ReplyExpression, ReplySchema } from "../login/contract.ts";
import type { Method, OpenApiDocument, Place, Placed } from "./document.ts";
import { nodesOf } from "./document.ts";

/** What the sender of a probe must agree to: see x-verify.schema.json. */
export type Consent = "safe" | "token" | "risk";

/** One request that a service can be asked with, as a document's own `x-verify` has it. */
export interface Probe {
  /** What is sent, for people. */
  summary: string;
  consent: Consent;
  /** An operationId: the request is that of its scenario `success`, with the reader's own credentials. */
  operation?: string;
  /** In place of an operation: the reading call that the reader names, with this token on it. */
  call?: "held" | "invented" | "none";
  method?: Method;
  /** What is sent in place of a credential of the reader's own. */
  credentials?: Record<string, Substitute>;
  /** Further values that are sent, by expression. */
  with?: Record<string, unknown>;
  /** The body as it is sent, such as text that is no JSON. */
  body?: string;
  /** The probe whose tokens this one uses. */
  after?: string;
  /** The token that it brought goes along, in the header of its scheme. */
  authorized?: true;
}

export type Substitute = "invented" | "empty" | "absent";

/** How one reply settles an inference: held where all of `holds` is so, contradicted where not, nothing learnt without `when`. */
export interface Settlement {
  probe: string;
  when: Condition[];
  holds: Condition[];
}

/** Something that is so of a reply; of several members, all. */
export interface Condition {
  status?: StatusPattern | StatusPattern[];
  /** `success`, `refusal`, or a refusal's reason. */
  outcome?: string;
  /** A component schema that the body fits wholly. */
  fits?: string;
  at?: ReplyExpression;
  is?: ReplySchema;
  absent?: true;
  /** Seconds, or where a lifetime is: the token is a JWT that lives as long from the reply. */
  jwtLife?: ReplyExpression | number;
  /** The token that `jwtLife` is about, the login's own by default. */
  of?: ReplyExpression;
  unit?: "s" | "ms";
  rejected?: boolean;
}

/** A status, or a class such as `4XX`. */
export type StatusPattern = number | string;

/** Something that a document says and its pages do not, and how the service can settle it. */
export interface Inference {
  /** Where the entry stands. */
  at: Place;
  provenance: string;
  reason: string;
  /** Each can settle it by itself; none where nothing can. */
  settlements: Settlement[];
  /** Why nothing can. */
  unsettled?: string;
}

/** The document's own `x-verify`, of the form that x-verify.schema.json describes. */
export function probesOf(document: OpenApiDocument): Map<string, Probe> {
  const { "x-verify": probes = {} } = document as { "x-verify"?: Record<string, Probe> };
  return new Map(Object.entries(probes));
}

/** A provenance entry as it stands in a document: on the object that it is about, or in that object's list. */
export interface ProvenanceEntry {
  "x-provenance": string;
  "x-provenance-reason"?: string;
  "x-verify"?: "none" | WrittenSettlement | WrittenSettlement[];
  "x-verify-reason"?: string;
  "x-observed"?: string;
}

interface WrittenSettlement {
  probe: string;
  when?: Condition | Condition[];
  holds: Condition | Condition[];
}

/** Every provenance entry of a document, in its order. */
export function provenanceEntries(document: OpenApiDocument): Placed<ProvenanceEntry>[] {
  return nodesOf(document)
    .filter(({ node }) => typeof node["x-provenance"] === "string")
    .map(({ at, node }) => ({ at, node: node as unknown as ProvenanceEntry }));
}

/** What a document infers, with what settles it; what was observed is settled. */
export function inferencesOf(document: OpenApiDocument): Inference[] {
  return provenanceEntries(document)
    .filter(({ node }) => node["x-provenance"] !== "observed")
    .map(({ at, node }) => {
      const { "x-verify-reason": unsettled } = node;
      return {
        at,
        provenance: node["x-provenance"],
        reason: node["x-provenance-reason"] ?? "",
        settlements: settlementsOf(node),
        ...(unsettled !== undefined && { unsettled }),
      };
    });
}

/** What settles an entry; nothing, where nothing can. */
export function settlementsOf({ "x-verify": verify = "none" }: Pick<ProvenanceEntry, "x-verify">): Settlement[] {
  return verify === "none" ? [] : [verify].flat().map(read);
}

function read({ probe, when = [], holds }: WrittenSettlement): Settlement {
  return { probe, when: [when].flat(), holds: [holds].flat() };
}
