import { expect, test } from "@jest/globals";
import { settleBlocked, settleWrite } from "./settle.ts";
import { NOW, record, secret } from "./testing.ts";

test("a blocked secret that was tried again loses its next try, and is saved only for that", () => {
  const failure = { code: "VAULT_SECRET_EXISTS", fields: { vaultName: "A" } } as const;
  const action = { kind: "blocked", secret: secret("A"), vaultName: "A", failure, foreign: true } as const;
  const before = settleBlocked({ ...action, record: undefined }, new Date(NOW));
  expect(before).toMatchObject({ state: "blocked", nextAttemptAt: null });
  if (before === undefined) return;
  expect(settleBlocked({ ...action, record: before }, new Date(NOW))).toBeUndefined();
  const retried = { ...before, nextAttemptAt: new Date(NOW) };
  expect(settleBlocked({ ...action, record: retried }, new Date(NOW))).toMatchObject({ nextAttemptAt: null });
});

test("a secret that was written over a disabled one is blocked, and holds what was written", () => {
  const action = {
    kind: "update",
    secret: secret("A", "new"),
    vaultName: "A",
    key: "a",
    record: record("A"),
    carried: null,
    lost: undefined,
    versionCount: undefined,
    seenAt: 0,
    unseen: true,
    repairs: false,
    reason: "its value changed",
  } as const;
  const { fingerprint } = action.secret;
  const written = { version: "v3", updated: 2_000, requestId: "r" };
  const result = { ok: true, written, fingerprint, recovered: false, carried: null, versions: 2 } as const;
  const claimed = { ...action.record, intentEpoch: 2 };
  const settled = settleWrite(action, claimed, { ...result, enabled: false }, 2, new Date(NOW));
  expect(settled).toMatchObject({
    state: "blocked",
    failureCode: "VAULT_SECRET_DISABLED",
    nextAttemptAt: null,
    fingerprint,
    vaultVersion: "v3",
    versions: 3,
    intentEpoch: null,
    requestId: "r",
  });
  expect(settleWrite(action, claimed, { ...result, enabled: true }, 2, new Date(NOW)).state).toBe("synced");
});
