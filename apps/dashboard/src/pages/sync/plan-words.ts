import type { PlanAction, SyncPlan } from "../../api/sync.ts";
import type { Tone } from "../../components/state.ts";

type Kind = PlanAction["kind"];

type KindWords = Readonly<{
  /** What happens to the secret. */
  label: string;
  /** In a sentence, after a number. */
  infinitive: string;
  tone: Tone;
}>;

/** How each kind of action is told, in the order in which they are shown. */
export const KINDS: Readonly<Record<Kind, KindWords>> = {
  create: { label: "Create", infinitive: "to create", tone: "success" },
  update: { label: "Update", infinitive: "to update", tone: "info" },
  adopt: { label: "Take over", infinitive: "to take over", tone: "warning" },
  recover: { label: "Recover", infinitive: "to recover", tone: "info" },
  rewrite: { label: "Write again", infinitive: "to write again", tone: "info" },
  delete: { label: "Remove", infinitive: "to remove", tone: "danger" },
  hold: { label: "Remove, if approved", infinitive: "to remove if approved", tone: "warning" },
  blocked: { label: "Can’t be written", infinitive: "that can’t be written", tone: "danger" },
  wait: { label: "Try later", infinitive: "to try later", tone: "neutral" },
  forget: { label: "Leave in the vault", infinitive: "to leave in the vault", tone: "neutral" },
  keep: { label: "Unchanged", infinitive: "unchanged", tone: "neutral" },
};

export const KIND_ORDER = Object.keys(KINDS) as readonly Kind[];

/** What a plan changes, in a few words. */
export function changeWords(counts: NonNullable<SyncPlan["counts"]>): string {
  const words = KIND_ORDER.flatMap((kind) => {
    const count = counts[kind] ?? 0;
    return count === 0 || kind === "keep" ? [] : [`${count} ${KINDS[kind].infinitive}`];
  });
  return words.length === 0 ? "nothing to do" : words.join(", ");
}

export const isKind = (text: string | undefined): text is Kind => text !== undefined && text in KINDS;
