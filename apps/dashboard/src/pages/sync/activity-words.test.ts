import { expect, test } from "@jest/globals";
import { detailWords } from "./activity-words.ts";

const nothing = { before: null, after: null };

test("a change of settings is told as what was and is", () => {
  const event = { ...nothing, action: "sync.configured", before: { prefix: "" }, after: { prefix: "a-" } };
  expect(detailWords({ ...event, fields: {} })).toBe("prefix: a-");
  const fields = { secretId: "1", secretName: "KEY", vaultName: "key" };
  expect(detailWords({ ...nothing, action: "name.chosen", fields })).toBe("secret: KEY, in the vault: key");
});

test("states are told in the words that the pages use", () => {
  const fields = { validationId: "1", state: "succeeded", failureCode: null, attempts: 1 };
  expect(detailWords({ ...nothing, action: "sync.validated", fields })).toBe("state: Succeeded, attempts: 1");
  const change = { before: { state: "awaiting_azure" }, after: { state: "awaiting_environment" } };
  expect(detailWords({ ...change, action: "sync.connected", fields: {} })).toBe(
    "state: Waiting for Azure → Waiting for environment",
  );
});

test("a worker's run is told by how it ended and what it did", () => {
  const counts = { created: 3, updated: 0, deleted: 1, failed: 0, blocked: 2, valuesRead: 3 };
  const fields = { ...counts, runId: "1", trigger: "change", startedAt: "2026-01-01T00:00:00.000Z" };
  const told = (more: object): string =>
    detailWords({ ...nothing, action: "run.ended", fields: { ...fields, ...more } });
  expect(told({ state: "completed_with_failures", failureCode: null })).toBe(
    "Completed with failures, 2 blocked, 3 created, 1 removed, values read: 3",
  );
  expect(told({ state: "failed", failureCode: "VAULT_UNREACHABLE" })).toBe(
    "VAULT_UNREACHABLE, 2 blocked, 3 created, 1 removed, values read: 3",
  );
});
