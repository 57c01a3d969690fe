import { mapNames } from "@kvsync/contracts";
import type { RecordValue } from "@kvsync/store";
import { readRecords } from "@kvsync/store";
import { isManagedByUs, ownerOf } from "../sync/ownership.ts";
import type { MemorySecret } from "../vault/memory/memory-store.ts";
import type { ModelSync, World } from "./world.ts";

/** What is wrong, in a sentence each; none when all is as it should be. */
export type Wrongs = string[];

/** What must hold at any time: nothing that others made is written or removed. */
export function findTouchedForeign({ store }: World, removedByThem: ReadonlySet<string>): Wrongs {
  return store.all().flatMap((secret) => {
    const [first] = secret.versions;
    if (first === undefined || isManagedByUs(first.tags)) return [];
    const written = secret.versions.some(({ tags }) => isManagedByUs(tags));
    const removed = secret.isDeleted && !removedByThem.has(secret.name.toLowerCase());
    return [
      ...(written ? [`${secret.name} was theirs and was written`] : []),
      ...(removed ? [`${secret.name} was theirs and was removed`] : []),
    ];
  });
}

/** What must hold where nobody else touches the vault: no value of a secret is written twice in a row. */
export function findRepeatedWrites({ store }: World): Wrongs {
  return store.all().flatMap((secret) => {
    const writes = secret.versions.map(({ tags }) => {
      const fingerprint = tags["enkryptify-write"]?.split(".")[1];
      return `${tags["enkryptify-secret"]} ${fingerprint}`;
    });
    const isRepeated = writes.some((write, index) => write === writes[index - 1]);
    return isRepeated ? [`${secret.name} got a version with the value that it had`] : [];
  });
}

/** What must hold once the troubles are over and every sync has run: the vault equals the sources, or a record says why not. */
export async function findDifferences(
  world: World,
  syncs: readonly ModelSync[] = world.syncs,
): Promise<Wrongs> {
  const all = await Promise.all(syncs.map((sync) => differencesOf(world, sync)));
  return [...all.flat(), ...(await findLeftovers(world))];
}

async function differencesOf(world: World, sync: ModelSync): Promise<Wrongs> {
  const wrongs: Wrongs = [];
  const row = await world.database.sync.findUniqueOrThrow({ where: { id: sync.syncId } });
  if (row.leaseExpiresAt !== null) wrongs.push("a lease is stuck");
  if (row.doneGeneration !== row.wantedGeneration || row.doneCheck !== row.wantedCheck)
    wrongs.push("something that was wanted wasn't done");
  const records = await readRecords(world.database, sync.syncId);
  const source = [...sync.secrets].map(([id, secret]) => ({ id, ...secret, explicitName: null }));
  for (const { secret, mapped } of mapNames(source, { prefix: "", policy: "hyphenate" })) {
    // Under an older name it may have another record, which waits to be removed.
    const record = records.find(({ secretId, state }) => secretId === secret.id && state !== "removing");
    if (record === undefined) wrongs.push(`${secret.name} has no record`);
    else if (!mapped.ok) {
      if (record.failureCode !== mapped.failure.code)
        wrongs.push(
          `${secret.name}: ${record.failureCode ?? record.state} instead of ${mapped.failure.code}`,
        );
    } else wrongs.push(...judge(world, sync, secret, world.store.find(mapped.vaultName), record));
  }
  const living = new Set(sync.secrets.keys());
  for (const { secretId, secretName, state } of records)
    if (!living.has(secretId) && state !== "removing")
      wrongs.push(`${secretName} is gone and has a record (${state})`);
  return wrongs;
}

function judge(
  { store }: World,
  { syncId }: ModelSync,
  secret: Readonly<{ name: string; value: string }>,
  held: MemorySecret | undefined,
  { state, failureCode }: RecordValue,
): Wrongs {
  const current = held && store.currentOf(held);
  const phase = held && store.phaseOf(held);
  const owner = current && ownerOf(current, syncId);
  const says = (what: string): Wrongs => [`${secret.name} is ${state} ${failureCode ?? ""}, but ${what}`];
  if (state === "synced") {
    if (current === undefined || phase !== "live") return says("isn't in the vault");
    if (owner?.kind !== "this-sync") return says("doesn't carry our tags");
    if (current.value !== secret.value) return says(`the vault has ${current.value}, not ${secret.value}`);
    return current.enabled ? [] : says("is disabled in the vault");
  }
  switch (failureCode) {
    case "VAULT_SECRET_EXISTS":
      return phase === "live" && owner?.kind === "nobody" ? [] : says("it is nobody else's");
    case "VAULT_SECRET_MANAGED":
      return held?.managed === true ? [] : says("it isn't a certificate's");
    case "VAULT_SECRET_DISABLED":
      return current?.enabled === false ? [] : says("it isn't disabled");
    case "VAULT_SECRET_OWNED":
      return owner?.kind === "other-sync" ? [] : says("no other sync owns it");
    case "VAULT_NAME_HELD_BY_DELETED":
      return phase === "deleted" && (owner?.kind === "nobody" || current?.enabled === false)
        ? []
        : says("no deleted secret holds it that must not be recovered");
    default:
      return says("nothing stands in its way");
  }
}

/** What carries a sync's tags has a place in that sync's source, or waits for its successor there. */
async function findLeftovers({ store, syncs, database }: World): Promise<Wrongs> {
  const wrongs: Wrongs = [];
  for (const sync of syncs) {
    const records = await readRecords(database, sync.syncId);
    const waiting = records.flatMap(({ state, failureCode, heldKey }) =>
      state === "removing" && failureCode === null ? [heldKey] : [],
    );
    const wanted = [...sync.secrets.values()].map(({ name }) => name.replaceAll("_", "-").toLowerCase());
    const placed = new Set([...waiting, ...wanted]);
    for (const secret of store.live()) {
      const isOurs = ownerOf(store.currentOf(secret), sync.syncId).kind === "this-sync";
      if (isOurs && !placed.has(secret.name.toLowerCase()))
        wrongs.push(`${secret.name} was left in the vault`);
    }
  }
  return wrongs;
}
