/**
 * What a session promises, whatever happens to it. The simulation watches every rule after every step, and each has been
 * seen to break under a mutation of the code (see mutations.ts).
 */
export const invariants = {
  oneSend:
    "Of one record, no two sends overlap; no send within a wait; after a death while sending, the next send is no earlier than the claim said. (While a store is away, and in memory when the clock jumps: for each process, by its own clock.)",
  refused:
    "A refusal of the credentials is followed by no send until `reset()` (from its call to its settling) or other credentials.",
  goodToken:
    "A call never fails while an unrejected token is good, and is held for at most half of what is left of it, in its last twentieth.",
  badToken:
    "No token is handed out after its end by the process's own clock, or after a rejection by the very process that counted.",
  rejections:
    "Rejections replace at most one token in 10 s, and in 30 s doubling where that does not help, whatever the number of callers and processes.",
  settles:
    "Every `token()` settles within twice `timeout` + 5 s, a `fetch` within two of those and the service's own time, and neither later than its own signal; nothing is left when all have settled: no timer, listener, pending promise, growing set.",
  ended: "After `end()` nothing is sent, kept or handed out.",
} as const;

export type Invariant = keyof typeof invariants;
