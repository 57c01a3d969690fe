import type { FailureFields } from "@kvsync/contracts";
import type { OwnedBy } from "@kvsync/contracts/api";
import { nameSyncs, type Database } from "@kvsync/store";
import { z } from "zod";

/** What a record or an action of a plan says of its failure. */
type Failing = Readonly<{ failureCode: string | null; failureFields: unknown }>;

/** Which sync a secret in the vault belongs to, where that is its failure. */
export type OwnerOf = (failing: Failing) => OwnedBy;

const ownerSchema = z.object({ owner: z.uuid() });

/** Of all these failures, the syncs that own what they fail over, by name as far as this workspace has them. */
export async function ownersOf(
  database: Database,
  workspaceId: string,
  failures: readonly Failing[],
): Promise<OwnerOf> {
  const ids = new Set(failures.flatMap((failing) => ownerIdOf(failing) ?? []));
  const names = await nameSyncs(database, workspaceId, [...ids]);
  return (failing) => {
    const syncId = ownerIdOf(failing);
    return syncId === undefined ? null : { syncId, name: names.get(syncId) ?? null };
  };
}

/** The fields of a failure's sentence, in which the owner has its name. */
export function namedFields(fields: unknown, owner: OwnedBy): FailureFields {
  const given = (fields ?? {}) as FailureFields;
  return owner?.name == null ? given : { ...given, owner: `“${owner.name}” (${owner.syncId})` };
}

function ownerIdOf({ failureCode, failureFields }: Failing): string | undefined {
  return failureCode === null ? undefined : ownerSchema.safeParse(failureFields).data?.owner;
}
