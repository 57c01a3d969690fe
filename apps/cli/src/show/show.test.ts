import {
  noCounts,
  type PlanBody,
  type RecordBody,
  type RunBody,
  type SyncDetailBody,
  type ValidationBody,
} from "@kvsync/contracts/api";
import { expect, test } from "@jest/globals";
import { plain } from "../output/paint.ts";
import { recordFailureLines } from "./failures.ts";
import { importLines, importSummary } from "./import.ts";
import { changesOf, planLines } from "./plan.ts";
import { runBlock, runLine, runSteps } from "./run.ts";
import { guideLines } from "./setup-guide.ts";
import { standingOf, syncLines, syncTable } from "./syncs.ts";
import { failedStepOf, validationBlock, validationSteps } from "./validation.ts";

const look = { paint: plain, width: 80 };
const now = Date.parse("2026-11-25T12:00:00Z");
const failure = {
  code: "NAME_UNSUPPORTED" as const,
  message: "“DB_HOST” can't be a name in Key Vault.",
  hint: "Rename it, or choose another name policy.",
};
const run: RunBody = {
  id: "r2",
  trigger: "manual",
  state: "running",
  total: 100,
  counts: { ...noCounts, created: 40, blocked: 10, deleted: 7 },
  checkedVault: true,
  failure: null,
  startedAt: "2026-11-25T11:59:58.000Z",
  endedAt: null,
  durationMs: null,
};
const ended: RunBody = {
  ...run,
  state: "completed_with_failures",
  counts: { ...noCounts, created: 90, blocked: 10 },
  endedAt: "2026-11-25T12:00:00.000Z",
  durationMs: 2_000,
};
const sync = {
  id: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a06",
  name: "production",
  state: "active",
  upToDate: true,
  awaitsApproval: false,
  awaiting: null,
  failure: null,
  vaultUrl: "https://v.vault.azure.net",
  prefix: "",
  namePolicy: "strict",
  retryAt: null,
  nextScheduledAt: null,
  warnings: [],
  lastRun: ended,
  records: { pending: 0, synced: 90, failed: 0, blocked: 10, removing: 0 },
} as unknown as SyncDetailBody;

test("a run that is waited for, under way, and ended", () => {
  expect(runBlock({ ...sync, lastRun: ended }, "r2", look, now)).toEqual(["• Waiting for a worker…"]);
  expect(runBlock({ ...sync, lastRun: run }, "r1", look, now)).toEqual([
    `${"━".repeat(12)}${"╌".repeat(12)} 50 of 100  2.0 s`,
    "  40 created, 7 deleted, 10 blocked",
  ]);
  expect(runBlock(sync, "r1", look, now)).toEqual([]);
  expect(runLine(ended, plain)).toBe("Run completed with failures: 90 created, 10 blocked in 2.0 s.");
  expect(runLine({ ...ended, state: "succeeded", counts: noCounts }, plain)).toBe(
    "Run succeeded: nothing to do in 2.0 s.",
  );
});

test("a run that fails and is tried again says when", () => {
  const failed = { ...ended, state: "failed" as const, failure };
  const shown = runBlock({ ...sync, lastRun: failed, retryAt: "2026-11-25T12:00:30Z" }, "r1", look, now);
  expect(shown).toEqual(["! “DB_HOST” can't be a name in Key Vault.", "  It is tried again in 30 s."]);
});

test("a log gets a line for each tenth", () => {
  expect(runSteps({ ...sync, lastRun: run }, "r1")).toEqual([
    "Running: 100 secrets.",
    "50 % of 100 secrets done.",
  ]);
  expect(runSteps({ ...sync, lastRun: { ...run, total: 0 } }, "r1")).toEqual(["Running."]);
});

test("failures say what to do, and how many more there are", () => {
  const record = { secretName: "DB_HOST", vaultName: null, failure, nextAttemptAt: null } as RecordBody;
  expect(recordFailureLines([record], 3, look, now)).toEqual([
    "✗ DB_HOST  NAME_UNSUPPORTED",
    "    “DB_HOST” can't be a name in Key Vault.",
    "    Rename it, or choose another name policy.",
    "… and 2 more; see them with --limit 3.",
  ]);
});

test("a plan: what changes as a table, what is blocked with its hint, and the counts", () => {
  const action = { secretId: "s", vaultName: "API-KEY", reason: null, failure: null };
  const actions = [
    { ...action, kind: "create", secretName: "API_KEY" },
    { ...action, kind: "keep", secretName: "OLD" },
    { ...action, kind: "blocked", secretName: "DB_HOST", vaultName: null, failure },
  ] as PlanBody["actions"];
  const plan = { actions, counts: { create: 1, keep: 1, blocked: 1 } as PlanBody["counts"] };
  expect(planLines(plan, false, look)).toEqual([
    "ACTION  SECRET   IN THE VAULT  WHY",
    "create  API_KEY  API-KEY",
    "",
    "✗ DB_HOST  NAME_UNSUPPORTED",
    "    “DB_HOST” can't be a name in Key Vault.",
    "    Rename it, or choose another name policy.",
    "",
    "Plan: 1 create, 1 keep, 1 blocked.",
  ]);
  expect(planLines(plan, true, look).join("\n")).toContain("keep     OLD");
  expect(changesOf({ keep: 5, blocked: 3, hold: 1, forget: 2 })).toBe(1);
});

test("a validation: what is done, what fails with its hint, what is still to come", () => {
  const step = { startedAt: null, durationMs: null, failure: null, requestId: null };
  const validation = {
    state: "waiting",
    attempts: 2,
    nextAttemptAt: "2026-11-25T12:00:05Z",
    steps: [
      { ...step, step: "issuer_reachable", state: "succeeded", durationMs: 400 },
      { ...step, step: "token_exchanged", state: "failed", failure },
      { ...step, step: "secret_created", state: "pending" },
    ],
  } as ValidationBody;
  expect(validationBlock(validation, look, now)).toEqual([
    "✓ The issuer can be reached 0.4 s",
    "✗ Entra exchanges the assertion for an access token  NAME_UNSUPPORTED",
    "    “DB_HOST” can't be a name in Key Vault.",
    "    Rename it, or choose another name policy.",
    "· A temporary secret is created",
    "Azure may need a moment. Try 3 in 5.0 s.",
  ]);
  expect(validationSteps(validation, look)).toHaveLength(3);
});

test("a sync that isn't validated names the step that failed, why and what to do, once", () => {
  const step = { startedAt: null, durationMs: null, failure: null, requestId: null };
  const steps = [
    { ...step, step: "issuer_reachable", state: "succeeded" },
    { ...step, step: "token_exchanged", state: "failed", failure, requestId: "azure-1" },
    { ...step, step: "secret_purged", state: "skipped", failure: { ...failure, code: "PURGE_LEFT_OUT" } },
  ];
  const latestValidation = { state: "failed", steps, nextAttemptAt: null } as unknown as ValidationBody;
  const failing = { ...sync, state: "failing" as const, failure, latestValidation };
  expect(syncLines(failing, look, now).slice(-5)).toEqual([
    "✗ Validation, step 2 of 3: Entra exchanges the assertion for an access token  NAME_UNSUPPORTED",
    "    “DB_HOST” can't be a name in Key Vault.",
    "    Rename it, or choose another name policy.",
    "    Azure's request id: azure-1",
    `Once it is mended: kvsync sync validate ${sync.id} --wait`,
  ]);
  expect(syncLines(failing, look, now).join("\n")).not.toContain("The sync as a whole");
  const waiting = { ...latestValidation, state: "waiting" as const, nextAttemptAt: "2026-11-25T12:00:05Z" };
  const inWait = { ...sync, state: "validating" as const, latestValidation: waiting };
  expect(syncLines(inWait, look, now).at(-1)).toBe(
    "    Azure may need a moment: it is tried again in 5.0 s.",
  );
  expect(failedStepOf({ ...failing, failure: null })).toBeNull();
  expect(failedStepOf({ ...failing, failure: { ...failure, code: "VAULT_UNREACHABLE" } })).toBeNull();
});

test("a sync's state in words, its facts, and what waits", () => {
  expect(standingOf(sync).text).toBe("active, 10 failing");
  expect(standingOf({ ...sync, state: "paused" }).text).toBe("paused");
  expect(standingOf({ ...sync, awaitsApproval: true }).text).toBe("waits for approval");
  const lines = syncLines({ ...sync, awaiting: { planId: "p", asks: "removals", counts: null } }, look, now);
  expect(lines).toContain("  Last run  2.0 s ago, manual: 90 created, 10 blocked");
  expect(lines.at(-1)).toBe(`A plan waits for approval (removals): kvsync sync approve ${sync.id}`);
  expect(syncTable([sync], { ...look, width: Infinity }, now)[1]).toContain(sync.id);
  expect(syncTable([], look, now)).toEqual(["No syncs yet. Create one with “kvsync sync create”."]);
});

test("what Azure must know, for people and for tools", () => {
  const guide = {
    issuer: "https://i",
    subject: "s",
    audience: "a",
    credentialName: "n",
    role: { name: "Key Vault Secrets Officer", id: "x" },
    snippet: { name: "n", issuer: "https://i", subject: "s", audiences: ["a"] },
    commands: { az: "az x\n", terraform: "resource", bicep: "param" },
  };
  expect(guideLines(guide, "az", look)).toEqual(["az x"]);
  expect(JSON.parse(guideLines(guide, "json", look).join("\n"))).toEqual(guide.snippet);
  expect(guideLines(guide, "text", look)).toContain("  Issuer    https://i");
});

test("an import: what changes by name, which lines are wrong, and the counts", () => {
  const entry = { line: 1, reason: null };
  const result = {
    mode: "preview" as const,
    digest: "d",
    counts: { new: 1, changed: 0, same: 1, skipped: 0, invalid: 1 },
    entries: [
      { ...entry, name: "A", change: "new" as const },
      { ...entry, name: "B", change: "same" as const },
      { name: "1 x", line: 3, change: "invalid" as const, reason: "must be a name" },
    ],
    duplicates: [{ name: "A", lines: [1, 4] }],
  };
  expect(importLines(result, look)).toEqual([
    "+ A",
    "✗ 1 x  line 3: must be a name",
    "! A stands more than once (lines 1, 4); the last one counts.",
  ]);
  expect(importSummary(result, false, look)).toBe("Nothing imported: 1 new, 1 same, 1 invalid.");
});
