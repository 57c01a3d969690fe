import type { PlanAction, SyncPlan } from "../../api/sync.ts";
import type { Tone } from "../state.ts";

export type ActionKind = PlanAction["kind"];
type Counts = NonNullable<SyncPlan["counts"]>;

type KindWords = Readonly<{
  /** What happens to the secret. A run then tells of it in the same word: “Create”, “created”. */
  label: string;
  /** In a sentence, after a number. */
  infinitive: string;
  tone: Tone;
}>;

/** How each kind of action is told, in the order in which they are shown: what needs somebody first. */
export const KINDS: Readonly<Record<ActionKind, KindWords>> = {
  blocked: { label: "Blocked", infinitive: "blocked", tone: "danger" },
  create: { label: "Create", infinitive: "to create", tone: "success" },
  adopt: { label: "Adopt", infinitive: "to adopt", tone: "warning" },
  recover: { label: "Recover", infinitive: "to recover", tone: "info" },
  update: { label: "Update", infinitive: "to update", tone: "info" },
  rewrite: { label: "Repair", infinitive: "to repair", tone: "info" },
  delete: { label: "Remove", infinitive: "to remove", tone: "danger" },
  hold: { label: "Remove, if approved", infinitive: "to remove if approved", tone: "warning" },
  wait: { label: "Try later", infinitive: "to try later", tone: "neutral" },
  forget: { label: "Leave in the vault", infinitive: "to leave in the vault", tone: "neutral" },
  keep: { label: "Unchanged", infinitive: "unchanged", tone: "neutral" },
};

export const KIND_ORDER = Object.keys(KINDS) as readonly ActionKind[];

/** What a plan changes, in a few words. */
export function changeWords(counts: Counts): string {
  const words = KIND_ORDER.flatMap((kind) => {
    const count = counts[kind];
    return count === 0 || kind === "keep" ? [] : [`${count.toLocaleString("en")} ${KINDS[kind].infinitive}`];
  });
  return words.length === 0 ? "nothing to do" : words.join(", ");
}

export const isKind = (text: string | undefined): text is ActionKind => text !== undefined && text in KINDS;

const WRITES: readonly ActionKind[] = ["create", "adopt", "recover", "update", "rewrite"];

/** How many secrets a plan writes to the vault. */
export const writesOf = (counts: Counts): number => WRITES.reduce((sum, kind) => sum + counts[kind], 0);

/** How many secrets a plan tells of. */
export const totalOf = (counts: Counts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
