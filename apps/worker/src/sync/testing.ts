import type { RecordValue, SourceSecret } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";
import { tagsFor } from "./ownership.ts";
import type { PlanInput, PlanSettings } from "./plan.ts";

/** Builders for tests of the pure parts. Each gives a plain, valid thing that a test changes. */

export const SYNC_ID = "11111111-1111-4111-8111-111111111111";
export const NOW = Date.parse("2026-01-01T00:00:00Z");

const fingerprintOf = (text: string): string => Buffer.from(text.padEnd(32, ".")).toString("hex");

export const settings: PlanSettings = {
  syncId: SYNC_ID,
  prefix: "",
  namePolicy: "strict",
  removalPolicy: "delete",
  driftPolicy: "repair",
  existingPolicy: "fail",
};

export function secret(name: string, value = "value"): SourceSecret {
  return { id: `id of ${name}`, name, fingerprint: fingerprintOf(value), length: value.length };
}

/** A record of a secret that was written with this value. */
export function record(name: string, value = "value", changes: Partial<RecordValue> = {}): RecordValue {
  return {
    id: `record of ${name}`,
    secretId: `id of ${name}`,
    secretName: name,
    vaultName: name,
    heldKey: name.toLowerCase(),
    state: "synced",
    wantedFingerprint: fingerprintOf(value),
    fingerprint: fingerprintOf(value),
    vaultVersion: "v1",
    vaultUpdated: 1_000,
    writeEpoch: 1,
    attempts: 0,
    failureCode: null,
    failureFields: null,
    failingSince: null,
    lastAttemptAt: null,
    nextAttemptAt: null,
    writtenAt: null,
    requestId: null,
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

export function input(changes: Partial<PlanInput> & { items?: readonly VaultItem[] } = {}): PlanInput {
  const { items, ...rest } = changes;
  const view =
    items === undefined
      ? null
      : {
          items: new Map(items.map((entry) => [entry.name.toLowerCase(), entry])),
          overwritten: new Set<string>(),
        };
  return { settings, source: [], records: [], view, now: NOW, retryAll: false, ...rest };
}
