import type { WebhookHappening } from "@kvsync/contracts";
import { note, systemActor } from "./audit/note.ts";
import type { RotationStep } from "./rotation-step.ts";
import type { Database, Queryable, Transaction } from "./database.ts";
import { tellAllWorkspaces } from "./webhook-outbox.ts";

/** A signing key as it lies in the database. Its private half is wrapped. */
export type SigningKeyRow = Readonly<{
  kid: string;
  state: "next" | "active" | "retired";
  publicJwk: Readonly<Record<string, string>>;
  wrappedPrivateKey: Uint8Array;
  keyEncryptionKeyId: string;
  publishedAt: Date;
  activatedAt: Date | null;
  retiredAt: Date | null;
}>;

/** A new key to be stored. */
export type NewSigningKey = Readonly<{
  kid: string;
  publicJwk: Readonly<Record<string, string>>;
  wrappedPrivateKey: Uint8Array<ArrayBuffer>;
  keyEncryptionKeyId: string;
}>;

/** Serialises rotations over all processes. Any number that nothing else locks. */
const ROTATION_LOCK = 7_201_001;

/** All keys of the ring, newest first: next, active and retired ones are published. */
export async function listSigningKeys(database: Queryable): Promise<SigningKeyRow[]> {
  const rows = await database.signingKey.findMany({ orderBy: [{ publishedAt: "desc" }, { id: "asc" }] });
  return rows.map(({ id, state, publicJwk, ...row }) => ({
    ...row,
    kid: id,
    state: state as SigningKeyRow["state"],
    publicJwk: publicJwk as Record<string, string>,
  }));
}

/** The key that signs now, or null before the first start of control. */
export async function findActiveSigningKey(database: Queryable): Promise<SigningKeyRow | null> {
  return (await listSigningKeys(database)).find((key) => key.state === "active") ?? null;
}

/**
 * Rotates the ring: reads it, lets `decide` say what happens, and carries that out, all in one transaction under a lock,
 * so that any number of processes may call it at once. Another key that signs is noted in every workspace's audit log, and
 * webhooks are told of one that took over from another.
 *
 * @returns the steps that were carried out
 */
export async function rotateSigningKeys(
  database: Database,
  decide: (ring: readonly SigningKeyRow[]) => readonly RotationStep[],
  createKey: () => Promise<NewSigningKey>,
  now: Date,
): Promise<readonly RotationStep[]> {
  return database.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${ROTATION_LOCK}::bigint)`;
      const steps = decide(await listSigningKeys(transaction));
      for (const step of steps) await carryOut(transaction, step, createKey, now);
      await noteRotation(transaction, steps);
      return steps;
    },
    { timeout: 20_000 },
  );
}

async function noteRotation(transaction: Transaction, steps: readonly RotationStep[]): Promise<void> {
  const promoted = steps.find((step) => step.do === "promote");
  if (promoted === undefined) return;
  const workspaces = await transaction.workspace.findMany({ select: { id: true } });
  await note(
    transaction,
    workspaces.map(({ id: workspaceId }) => ({
      workspaceId,
      actor: systemActor,
      action: "signing-key.rotated",
      entity: { id: null, name: promoted.next },
      before: promoted.active === undefined ? null : { kid: promoted.active },
      after: { kid: promoted.next },
    })),
  );
}

async function carryOut(
  transaction: Queryable,
  step: RotationStep,
  createKey: () => Promise<NewSigningKey>,
  now: Date,
): Promise<void> {
  const { signingKey } = transaction;
  if (step.do === "remove") {
    await signingKey.delete({ where: { id: step.id } });
  } else if (step.do === "promote") {
    if (step.active !== undefined)
      await signingKey.update({ where: { id: step.active }, data: { state: "retired", retiredAt: now } });
    await signingKey.update({ where: { id: step.next }, data: { state: "active", activatedAt: now } });
    if (step.active !== undefined) await tellAllWorkspaces(transaction, rotated(step.next, step.active));
  } else {
    const { kid, ...key } = await createKey();
    const activatedAt = step.state === "active" ? now : null;
    await signingKey.create({ data: { ...key, id: kid, state: step.state, publishedAt: now, activatedAt } });
  }
}

const rotated = (kid: string, previousKid: string): WebhookHappening => ({
  type: "signing_key.rotated",
  path: "",
  data: {
    message:
      "Assertions are signed with another key from now on. The one before stays published for a while.",
    hint: "Nothing is to be done where Entra reads the issuer's keys by itself. Look here first if token exchanges fail now.",
    signingKey: { kid, previousKid },
  },
});
