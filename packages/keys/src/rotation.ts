/** How long signing keys live, in milliseconds. */
export type RotationPolicy = Readonly<{
  /** How long a key signs. */
  activeMs: number;
  /** How long a key is published before it signs: Entra caches an issuer's keys, for how long isn't documented. */
  publishBeforeMs: number;
  /** How long a key stays published after its last signature: the same caches, and the life of an assertion. */
  publishAfterMs: number;
}>;

const HOUR = 3_600_000;

/** Keys sign for 90 days, and are published 24 h before and 48 h after. */
export const defaultRotationPolicy: RotationPolicy = {
  activeMs: 90 * 24 * HOUR,
  publishBeforeMs: 24 * HOUR,
  publishAfterMs: 48 * HOUR,
};

export type KeyState = "next" | "active" | "retired";

export type KeyOnRing = Readonly<{
  kid: string;
  state: KeyState;
  publishedAt: Date;
  activatedAt: Date | null;
  retiredAt: Date | null;
}>;

export type RotationStep =
  | { readonly do: "create"; readonly state: "active" | "next" }
  | { readonly do: "promote"; readonly next: string; readonly active: string | undefined }
  | { readonly do: "remove"; readonly id: string };

/** What was asked of a rotation: only what is due, a rotation now, or one that doesn't wait for Entra's caches. */
export type RotationRequest = "scheduled" | "now" | "emergency";

/**
 * Decides what happens to the key ring. Steps are carried out in order.
 *
 * - The very first key signs at once: nobody can have cached anything yet. Afterwards there is always a next key.
 * - `scheduled`: the next key takes over when the active one has signed for its time.
 * - `now`: it takes over now if it was published long enough; otherwise nothing happens (see {@link readyAt}).
 * - `emergency`: it takes over at once; until Entra's caches are renewed, token exchanges may fail.
 */
export function planRotation(
  ring: readonly KeyOnRing[],
  now: Date,
  policy: RotationPolicy,
  request: RotationRequest,
): RotationStep[] {
  const steps: RotationStep[] = ring
    .filter((key) => key.state === "retired" && elapsed(key.retiredAt, now) >= policy.publishAfterMs)
    .map((key) => ({ do: "remove", id: key.kid }));
  const active = ring.find((key) => key.state === "active");
  const next = ring.find((key) => key.state === "next");
  if (active === undefined && next === undefined)
    return [...steps, { do: "create", state: "active" }, { do: "create", state: "next" }];
  if (next === undefined) return [...steps, { do: "create", state: "next" }];

  const ripe = now.getTime() >= readyAt(next, policy).getTime();
  const due = active === undefined || elapsed(active.activatedAt, now) >= policy.activeMs;
  const promote = active === undefined || request === "emergency" || (ripe && (due || request === "now"));
  if (!promote) return steps;
  return [...steps, { do: "promote", next: next.kid, active: active?.kid }, { do: "create", state: "next" }];
}

/** From when on a published key may sign. */
export function readyAt(key: Pick<KeyOnRing, "publishedAt">, policy: RotationPolicy): Date {
  return new Date(key.publishedAt.getTime() + policy.publishBeforeMs);
}

function elapsed(since: Date | null, now: Date): number {
  return since === null ? Number.POSITIVE_INFINITY : now.getTime() - since.getTime();
}
