import { expect, test } from "@jest/globals";
import { settleBlocked } from "./settle.ts";
import { NOW, secret } from "./testing.ts";

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
