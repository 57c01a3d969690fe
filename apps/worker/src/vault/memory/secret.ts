/** A version of a secret. Times are Unix seconds. */
export type Version = Readonly<{
  /** 32 lower-case hexadecimal digits. */
  id: string;
  value: string;
  tags: Readonly<Record<string, string>>;
  contentType: string | undefined;
  enabled: boolean;
  notBefore: number | undefined;
  expires: number | undefined;
  created: number;
  updated: number;
  /** Whose write made it. */
  by: string;
}>;

/**
 * Where a secret is in its life. Times are milliseconds since 1970; a phase's second half begins by the clock alone.
 *
 * - `live` until it is deleted; before `readyAt` it is still being recovered.
 * - `deleted` until `purgeAt`; before `readyAt` it is still being deleted and can be seen nowhere.
 * - `purged`: gone, but until `freeAt` its name can't be used.
 */
export type Phase =
  | Readonly<{ kind: "live"; readyAt: number }>
  | Readonly<{ kind: "deleted"; readyAt: number; purgeAt: number }>
  | Readonly<{ kind: "purged"; freeAt: number }>;

export type Secret = {
  /** In the case of the first write, which later writes in another case don't change. */
  readonly name: string;
  phase: Phase;
  managed: boolean;
  /** In the order in which they were written: the last is the current one. */
  versions: readonly Version[];
};

export type SecretState = "live" | "being recovered" | "deleted" | "being deleted" | "purged";

/** The state at this time, or undefined when nothing is left of the secret. */
export function stateOf({ phase }: Secret, now: number): SecretState | undefined {
  switch (phase.kind) {
    case "live":
      return phase.readyAt > now ? "being recovered" : "live";
    case "deleted":
      if (phase.purgeAt <= now) return undefined;
      return phase.readyAt > now ? "being deleted" : "deleted";
    case "purged":
      return phase.freeAt > now ? "purged" : undefined;
  }
}

export function currentVersion({ name, versions }: Secret): Version {
  const version = versions.at(-1);
  if (version === undefined) throw new Error(`“${name}” has no versions`);
  return version;
}
