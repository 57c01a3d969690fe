import type { FailureDefinition } from "./definition.ts";

/** Failures of this system's own parts. */
export const systemFailures = {
  ISSUER_UNREACHABLE: {
    scope: "sync",
    retry: "transient",
    message: "The worker can't read the issuer's discovery document at {issuer} ({detail}).",
    hint: "Check that ISSUER_URL is the address under which control is published, and that it is reachable.",
  },
  ISSUER_MISMATCH: {
    scope: "sync",
    retry: "permanent",
    message: "What answers at {issuer} isn't this issuer ({detail}).",
    hint: "Set ISSUER_URL to the address under which control is published, without a slash at the end, the same for control and workers.",
  },
  SIGNING_KEY_MISSING: {
    scope: "sync",
    retry: "transient",
    message: "There is no active signing key.",
    hint: "Start control once, which makes the first key, or run “npm run keys -- list” (in a container “kvsync-admin keys list”).",
  },
  SYNC_INCOMPLETE: {
    scope: "sync",
    retry: "permanent",
    message: "The sync isn't set up completely.",
    hint: "Enter tenant, client and vault, and link an environment.",
  },
  LEASE_LOST: {
    scope: "sync",
    retry: "transient",
    message: "Another worker took this run over.",
    hint: "Nothing to do: the other worker goes on.",
  },
  RUN_INTERRUPTED: {
    scope: "sync",
    retry: "transient",
    message: "The worker stopped before the run was finished.",
    hint: "Nothing to do: another worker goes on.",
  },
  STORE_UNAVAILABLE: {
    scope: "sync",
    retry: "transient",
    message: "The database didn't answer.",
    hint: "It is tried again by itself. If it stays, look at PostgreSQL.",
  },
  INTERNAL: {
    scope: "sync",
    retry: "transient",
    message: "Something failed that this version doesn't foresee.",
    hint: "It is tried again by itself. The worker's log has the details under the run's id.",
  },
} as const satisfies Record<string, FailureDefinition>;
