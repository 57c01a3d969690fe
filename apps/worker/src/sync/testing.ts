import type { RecordValue, SourceSecret } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";
import { tagsFor } from "./ownership.ts";
import type { PlanInput, PlanSettings } from "./plan.ts";
import { newRecord } from "./record.ts";
import type { VaultView } from "./view.ts";

/** Builders for tests of the pure parts. Each gives a plain, valid thing that a test changes. */

export const SYNC_ID = "11111111-1111-4111-8111-111111111111";
export const VAULT_URL = "https://example.vault.azure.net";
export const NOW = Date.parse("2026-01-01T00:00:00Z");

const fingerprintOf = (text: string): string => Buffer.from(text.padEnd(32, ".")).toString("hex");

export const settings: PlanSettings = {
  syncId: SYNC_ID,
  vaultUrl: VAULT_URL,
  prefix: "",
  namePolicy: "strict",
  removalPolicy: "delete",
  driftPolicy: "repair",
  existingPolicy: "fail",
  removalBrakePercent: 30,
};

export function secret(name: string, value = "value"): SourceSecret {
  const fingerprint = fingerprintOf(value);
  return { id: `id of ${name}`, name, explicitName: null, fingerprint, length: value.length };
}

/** A record of a secret that was written with this value. */
export function record(name: string, value = "value", changes: Partial<RecordValue> = {}): RecordValue {
  return {
    ...newRecord(undefined, name),
    id: `record of ${name}`,
    secretId: `id of ${name}`,
    vaultName: name,
    vaultUrl: VAULT_URL,
    heldKey: name.toLowerCase(),
    state: "synced",
    wantedFingerprint: fingerprintOf(value),
    fingerprint: fingerprintOf(value),
    vaultVersion: "v1",
    vaultUpdated: 1_000,
    writeEpoch: 1,
    versions: 1,
    ...changes,
  };
}

/** A vault secret as our write of epoch 1 left it. */
export function item(name: string, value = "value", changes: Partial<VaultItem> = {}): VaultItem {
  const own = { syncId: SYNC_ID, secretId: `id of ${name}`, epoch: 1, fingerprint: fingerprintOf(value) };
  return {
    name,
    enabled: true,
    managed: false,
    updated: 1_000,
    contentType: undefined,
    notBefore: undefined,
    expires: undefined,
    tags: tagsFor(own, {}),
    ...changes,
  };
}

/** A look at a vault with these secrets, as a list makes it: what is as recorded is told apart when planning starts. */
export function view(items: readonly VaultItem[], changes: Partial<VaultView> = {}): VaultView {
  return {
    seenAt: NOW,
    looked: null,
    items: new Map(items.map((entry) => [entry.name.toLowerCase(), { item: entry }])),
    deleted: new Map(),
    owners: new Map(),
    unrecorded: [],
    count: items.length,
    ...changes,
  };
}

export function input(changes: Partial<PlanInput> & { items?: readonly VaultItem[] } = {}): PlanInput {
  const { items, ...rest } = changes;
  return {
    settings,
    source: [],
    records: [],
    view: items === undefined ? null : view(items),
    vaultSeenAt: null,
    leftOut: 0,
    now: NOW,
    retryAll: false,
    ...rest,
  };
}
