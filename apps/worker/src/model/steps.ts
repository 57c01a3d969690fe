import type { FailureCode } from "@kvsync/contracts";
import fc from "fast-check";
import type { Fault } from "./mortal.ts";
import type { ModelSync, World } from "./world.ts";

/** Few names, so that they meet: by case, by mapping, between the syncs; and one that no policy can map. */
const NAMES = ["a", "A", "b_c", "b-c", "d", "e.f"] as const;
/** The same as vault names. */
const VAULT_NAMES = ["a", "b-c", "d", "other"] as const;
const VALUES = ["1", "2", "3"] as const;

/** Of each class: passing or not, or only at first; of one secret or of the sync; of the vault or of Entra. */
export const REFUSALS = [
  "VAULT_THROTTLED",
  "VAULT_UNAVAILABLE",
  "VAULT_TIMEOUT",
  "VAULT_UNREACHABLE",
  "VAULT_ROLE_MISSING",
  "VAULT_POLICY_DENIED",
  "VAULT_REQUEST_REFUSED",
  "VAULT_TOKEN_REJECTED",
  "VAULT_SECRET_GONE",
  "VAULT_FORBIDDEN",
  "ENTRA_UNAVAILABLE",
  "ENTRA_CONDITIONAL_ACCESS",
] as const satisfies readonly FailureCode[];

type Trouble =
  | { readonly kind: "none" }
  | { readonly kind: "kill"; readonly at: number }
  | Extract<Fault, { kind: "refuse" }>
  | { readonly kind: "lose"; readonly at: number }
  /** The worker stands still, loses its lease to another one, which runs, and then goes on. */
  | { readonly kind: "freeze"; readonly at: number };

export type Step =
  | { readonly do: "set"; readonly sync: 0 | 1; readonly name: string; readonly value: string }
  | { readonly do: "rename"; readonly sync: 0 | 1; readonly name: string; readonly to: string }
  | { readonly do: "remove"; readonly sync: 0 | 1; readonly name: string }
  | { readonly do: "run"; readonly sync: 0 | 1; readonly trouble: Trouble; readonly check: boolean }
  | { readonly do: "run both"; readonly first: Trouble; readonly second: Trouble }
  | { readonly do: "tamper"; readonly name: string; readonly how: Tampering }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "clock jumps"; readonly ms: number }
  | { readonly do: "leases expire" };

type Tampering =
  "write" | "write with tags" | "delete" | "disable" | "enable" | "tag" | "purge" | "make managed";

const sync = fc.constantFrom<0 | 1>(0, 1);
/** Which request it is: mostly one of the first, as a run has few. */
const at = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 3 }) },
  { weight: 1, arbitrary: fc.nat({ max: 14 }) },
);
/** Once, for all of a secret's attempts, or for all of the run. */
const times = fc.constantFrom(1, 3, 100);
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "none" } as const) },
  { weight: 4, arbitrary: fc.nat({ max: 40 }).map((n) => ({ kind: "kill", at: n }) as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("refuse" as const),
      at,
      times,
      code: fc.constantFrom<FailureCode>(...REFUSALS),
    }),
  },
  { weight: 2, arbitrary: at.map((n) => ({ kind: "lose", at: n }) as const) },
  { weight: 2, arbitrary: at.map((n) => ({ kind: "freeze", at: n }) as const) },
);
const name = fc.constantFrom<string>(...NAMES);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("set" as const), sync, name, value: fc.constantFrom(...VALUES) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("remove" as const), sync, name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rename" as const), sync, name, to: name }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("run" as const), sync, trouble, check: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("run both" as const), first: trouble, second: trouble }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("tamper" as const),
      name: fc.constantFrom(...VAULT_NAMES),
      how: fc.constantFrom<Tampering>(
        "write",
        "write with tags",
        "delete",
        "disable",
        "enable",
        "tag",
        "purge",
        "make managed",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(500, 3_000, 90_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("clock jumps" as const),
      ms: fc.constantFrom(-3_600_000, -1_000, 1_000, 3_600_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "leases expire" } as const) },
);

const kill = (at: number): Trouble => ({ kind: "kill", at });
const interruption: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "none" } as const) },
  // A run of one or two secrets has about so many effects.
  { weight: 2, arbitrary: fc.nat({ max: 24 }).map(kill) },
  // About here it writes, and hasn't saved that it did.
  { weight: 3, arbitrary: fc.integer({ min: 9, max: 15 }).map(kill) },
  { weight: 2, arbitrary: fc.nat({ max: 4 }).map((n) => ({ kind: "lose", at: n }) as const) },
);
const first = fc.constant(0 as const);
/** Mostly one: a value that is changed and changed back is what an interrupted run must not confuse. */
const fewNames = fc.oneof(
  { weight: 5, arbitrary: fc.constant("a") },
  { weight: 1, arbitrary: fc.constant("b_c") },
);
const fewValues = fc.constantFrom("1", "2");

/** A change, and a run that is interrupted, so that what the change leaves behind is met by the next one. */
const interruptedChange: fc.Arbitrary<Step[]> = fc
  .record({
    change: fc.oneof<Array<fc.WeightedArbitrary<Step>>>(
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant("set" as const),
          sync: first,
          name: fewNames,
          value: fewValues,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant("remove" as const), sync: first, name: fewNames }),
      },
    ),
    run: fc.record({
      do: fc.constant("run" as const),
      sync: first,
      trouble: interruption,
      check: fc.constant(false),
    }),
  })
  .map(({ change, run }) => [change, { do: "leases expire" }, run]);

/** What happens to one sync whose vault nobody else touches: changes, and runs that are interrupted. */
export const interruptedSteps: fc.Arbitrary<Step[]> = fc
  .array(interruptedChange, { minLength: 2, maxLength: 8 })
  .map((changes) => changes.flat());

/**
 * A change soon after the last run, so that it is written over what nobody looked at: mostly just after somebody changed
 * something around the value. Leases that a killed run left end only sometimes, since that takes a minute.
 */
const surroundedChange: fc.Arbitrary<Step[]> = fc
  .record({
    how: fc.option(fc.constantFrom<Tampering>("disable", "enable", "tag"), { freq: 3 }),
    value: fc.constantFrom(...VALUES),
    waits: fc.boolean(),
    run: fc.record({
      do: fc.constant("run" as const),
      sync: first,
      trouble: interruption,
      check: fc.constant(false),
    }),
  })
  .map(({ how, value, waits, run }) => [
    ...(how === null ? [] : [{ do: "tamper" as const, name: "a", how }]),
    { do: "set" as const, sync: 0 as const, name: "a", value },
    ...(waits ? [{ do: "leases expire" as const }] : []),
    run,
  ]);

/** What happens to one secret whose value we write while others change what is around it. */
export const surroundedSteps: fc.Arbitrary<Step[]> = fc
  .array(surroundedChange, { minLength: 2, maxLength: 6 })
  .map((changes) => changes.flat());

/** What happens to a vault and its two syncs, one thing after another. */
export const steps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 3, maxLength: 24 });

/** Lets a step happen. */
export async function take(world: World, what: Step): Promise<void> {
  world.coverage.count(`step ${what.do}${what.do === "tamper" ? `: ${what.how}` : ""}`);
  const syncOf = (index: 0 | 1): ModelSync => {
    const found = world.syncs[index];
    if (found === undefined) throw new RangeError("there are two syncs");
    return found;
  };
  switch (what.do) {
    case "set":
      return world.setSecret(syncOf(what.sync), what.name, what.value);
    case "rename":
      return world.renameSecret(syncOf(what.sync), what.name, what.to);
    case "remove":
      return world.removeSecret(syncOf(what.sync), what.name);
    case "run": {
      if (what.check) await wantCheck(world, syncOf(what.sync));
      await troubled(world, syncOf(what.sync), what.trouble);
      return;
    }
    case "run both":
      await Promise.all([troubled(world, syncOf(0), what.first), troubled(world, syncOf(1), what.second)]);
      return;
    case "tamper":
      // A vault's times have whole seconds: what happens within one with a write of ours can't be told apart from it.
      world.pass(1_000);
      tamper(world, what.name, what.how);
      world.pass(1_000);
      return;
    case "wait":
      world.pass(what.ms);
      return;
    case "clock jumps":
      world.skew(what.ms);
      return;
    case "leases expire":
      await world.expireLeases();
  }
}

export async function wantCheck(world: World, { syncId }: ModelSync): Promise<void> {
  await world.database.sync.update({
    where: { id: syncId },
    data: { wantedCheck: { increment: 1 }, checkTrigger: "manual" },
  });
}

async function troubled(world: World, target: ModelSync, trouble: Trouble): Promise<void> {
  switch (trouble.kind) {
    case "none":
      await world.run(target);
      return;
    case "kill":
      await world.run(target, { killAt: trouble.at });
      return;
    case "freeze":
      await world.run(target, {
        faults: [
          {
            kind: "freeze",
            at: trouble.at,
            meanwhile: async () => {
              await world.expireLeases();
              await wantCheck(world, target);
              await world.run(target);
            },
          },
        ],
      });
      return;
    default:
      await world.run(target, { faults: [trouble satisfies Fault] });
  }
}

/** Somebody else does something to the vault. */
function tamper({ store }: World, vaultName: string, how: Tampering): void {
  const secret = store.find(vaultName);
  const phase = secret && store.phaseOf(secret);
  const lives = secret !== undefined && phase === "live";
  switch (how) {
    case "write":
      if (secret === undefined || lives) store.addVersion(vaultName, "theirs", { tags: {} });
      return;
    case "write with tags":
      if (lives) store.addVersion(vaultName, "theirs", { tags: store.currentOf(secret).tags });
      return;
    case "delete":
      if (lives) store.remove(secret);
      return;
    case "purge":
      if (secret !== undefined && phase === "deleted") store.purge(secret);
      return;
    case "disable":
    case "enable":
      if (lives) store.amend(vaultName, { enabled: how === "enable" });
      return;
    case "tag":
      if (lives) store.amend(vaultName, { tags: { ...store.currentOf(secret).tags, theirs: "tag" } });
      return;
    case "make managed":
      if (secret === undefined) {
        store.addVersion(vaultName, "certificate", { tags: {} });
        store.setManaged(vaultName);
      }
  }
}
