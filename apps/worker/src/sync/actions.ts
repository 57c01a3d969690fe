import type { Failure } from "@kvsync/contracts";
import type { CarriedProperties, RecordValue, SourceSecret } from "@kvsync/store";
import type { VaultItem, VaultVersion } from "../vault/port.ts";

export type WriteKind = "create" | "update" | "adopt" | "recover" | "rewrite";

/** A secret to be written. `record` is what was known of it before. */
export type WriteAction = Readonly<{
  kind: WriteKind;
  secret: SourceSecret;
  vaultName: string;
  key: string;
  record: RecordValue | undefined;
  /** What the new version takes over. */
  carried: CarriedProperties | null;
  /** What an earlier write of ours came over and lost: it is put back with this one, disabled if it was. */
  lost: VaultVersion | undefined;
  /** How many versions there are before the write, where that is known. */
  versionCount: number | undefined;
  /** When this was seen of the vault, in Unix milliseconds; 0 when it wasn't. */
  seenAt: number;
  /** Whether it goes by what we know ourselves, and this run has not looked at the vault for it. */
  unseen: boolean;
  /** Somebody's change in the vault is what makes it necessary. */
  repairs: boolean;
  reason: string;
}>;

export type KeepAction = Readonly<{
  kind: "keep";
  secret: SourceSecret;
  vaultName: string;
  key: string;
  record: RecordValue | undefined;
  /** The vault's secret where it differs from what the record says. */
  item: VaultItem | undefined;
  reason: string;
}>;

export type BlockedAction = Readonly<{
  kind: "blocked";
  secret: SourceSecret;
  vaultName: string | null;
  record: RecordValue | undefined;
  failure: Failure;
  /** Whether what holds the name in the vault isn't ours, so that no claim of ours can be left there. */
  foreign: boolean;
}>;

/** A vault secret to be removed. */
export type DeleteAction = Readonly<{
  kind: "delete";
  record: RecordValue;
  vaultName: string;
  key: string;
  /** The source secret that lives on under another name, and must be written there first. */
  successorId: string | null;
  /** When it was seen in the vault, in Unix milliseconds; 0 when it wasn't. */
  seenAt: number;
  reason: string;
}>;

/** A removal that waits: for approval, which its failure says, or until its secret stands under its new name. */
export type HoldAction = Readonly<{
  kind: "hold";
  record: RecordValue;
  vaultName: string;
  failure: Failure | null;
  reason: string;
}>;

/** One secret's part of a plan. */
export type Action =
  | WriteAction
  | KeepAction
  | BlockedAction
  /** It failed before, and its next try isn't due. Without a secret when it is to be removed. */
  | Readonly<{ kind: "wait"; secret: SourceSecret | null; record: RecordValue }>
  | DeleteAction
  | HoldAction
  /** The record has no meaning any more, and nothing of ours is in the vault. */
  | Readonly<{ kind: "forget"; record: RecordValue; reason: string }>;

export type ActionKind = Action["kind"];

export type Plan = readonly Action[];

const WRITES: ReadonlySet<ActionKind> = new Set(["create", "update", "adopt", "recover", "rewrite"]);

/** Whether an action makes a new version in the vault. */
export function isWrite(action: Action): action is WriteAction {
  return WRITES.has(action.kind);
}

/** Whether an action changes the vault. */
export function isEffect(action: Action): action is WriteAction | DeleteAction {
  return action.kind === "delete" || isWrite(action);
}
