/**
 * When a failure is tried again:
 * - `transient`: it passes by itself; again soon, with growing gaps.
 * - `grace`: may only mean that Azure hasn't propagated a setting yet; transient within the grace window after the
 *   sync was connected, permanent afterwards.
 * - `none`: nothing failed; it is a warning.
 * - `permanent`: not before something changes: the secret, the sync's settings, or a person asks for it.
 */
export type RetryClass = "transient" | "grace" | "permanent" | "none";

/** What a failure is about: one secret, or the sync as a whole (every secret would fail the same way). */
export type FailureScope = "secret" | "sync";

/**
 * One row of the failure table. In `message` and `hint`, `{field}` stands for a field of the failure. Neither ever
 * holds a secret's value.
 */
export type FailureDefinition = Readonly<{
  scope: FailureScope;
  retry: RetryClass;
  /** What happened, in one sentence. */
  message: string;
  /** What to do about it, in one or two sentences. */
  hint: string;
}>;
