import { randomUUID } from "node:crypto";
import type { RecordValue } from "@kvsync/store";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A record for a secret of which nothing is known. An id that isn't one of ours is replaced. */
export function newRecord(secretId: string | undefined, secretName: string): RecordValue {
  return {
    id: randomUUID(),
    secretId: secretId !== undefined && ID.test(secretId) ? secretId : randomUUID(),
    secretName,
    vaultName: null,
    vaultUrl: null,
    heldKey: null,
    state: "pending",
    intentEpoch: null,
    wantedFingerprint: null,
    fingerprint: null,
    vaultVersion: null,
    vaultUpdated: null,
    vaultProperties: null,
    writeEpoch: null,
    versions: 0,
    attempts: 0,
    failureCode: null,
    failureFields: null,
    failingSince: null,
    lastAttemptAt: null,
    nextAttemptAt: null,
    writtenAt: null,
    adoptionAllowed: false,
    removalApproved: false,
    requestId: null,
  };
}
