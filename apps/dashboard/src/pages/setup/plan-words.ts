import type { ActionKind, Plan } from "../../api/setup.ts";
import type { Tone } from "../../components/state.ts";

/** How an action is called, in the order in which they are shown. */
const WORDS: ReadonlyArray<Readonly<{ kind: ActionKind; label: string; tone: Tone }>> = [
  { kind: "blocked", label: "Blocked", tone: "danger" },
  { kind: "create", label: "Create", tone: "success" },
  { kind: "adopt", label: "Take over", tone: "warning" },
  { kind: "recover", label: "Recover", tone: "info" },
  { kind: "update", label: "Update", tone: "info" },
  { kind: "rewrite", label: "Write again", tone: "info" },
  { kind: "delete", label: "Delete", tone: "danger" },
  { kind: "hold", label: "Held back", tone: "warning" },
  { kind: "wait", label: "Tried later", tone: "warning" },
  { kind: "keep", label: "Unchanged", tone: "neutral" },
  { kind: "forget", label: "Forgotten", tone: "neutral" },
];

export const actionWords = (kind: ActionKind): (typeof WORDS)[number] =>
  WORDS.find((word) => word.kind === kind) ?? { kind, label: kind, tone: "neutral" };

type Counts = NonNullable<Plan["counts"]>;

/** The kinds that a plan has, with their counts. */
export const countedKinds = (
  counts: Counts,
): ReadonlyArray<Readonly<{ kind: ActionKind; label: string; count: number }>> =>
  WORDS.flatMap(({ kind, label }) => (counts[kind] === 0 ? [] : [{ kind, label, count: counts[kind] }]));

const WRITES: readonly ActionKind[] = ["create", "adopt", "recover", "update", "rewrite"];

/** How many secrets a plan writes to the vault. */
export const writesOf = (counts: Counts): number => WRITES.reduce((sum, kind) => sum + counts[kind], 0);

export const totalOf = (counts: Counts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
