import { vaultKeyOf } from "@kvsync/contracts";
import type { OwnerState, RecordValue } from "@kvsync/store";
import type { DeletedItem, Vault, VaultItem, VaultVersion } from "../vault/port.ts";
import { inParallel } from "./in-parallel.ts";
import { isSameMark, markOf, ownerOf, type Owner } from "./ownership.ts";
import type { Resting } from "./resting.ts";
import { isAsRecorded, type Seen, type SeenItem, type VaultView } from "./view.ts";
import { findLost } from "./written-over.ts";

/** From so many missing names on, the vault's deleted secrets are listed instead of asked for one by one. */
const LIST_DELETED_FROM = 32;

/** What a look at the vault is for. Keys are lower-cased vault names. */
export type LookRequest = Readonly<{
  syncId: string;
  /** The names that the source wants, by key. */
  wanted: ReadonlyMap<string, string>;
  /** The records that hold a name in this vault, by key. */
  held: ReadonlyMap<string, RecordValue>;
  /** Whether what carries the sync's tags is gathered even where no record tells of it. */
  gathersUnrecorded: boolean;
}>;

export type LookEnvironment = Readonly<{
  vault: Vault;
  signal: AbortSignal;
  /** How many requests are under way at once. */
  concurrency: number;
  /** Unix milliseconds. */
  now: () => number;
  /** Which of these syncs are known here, and what became of them. */
  findOwners: (syncIds: readonly string[]) => Promise<ReadonlyMap<string, OwnerState>>;
}>;

/** Secrets that a request leaves out as long as the vault has them as it should. */
export type LookResting = Readonly<{
  resting: Resting;
  /** The request with all those that the vault was not seen to have so. */
  recall: () => Promise<LookRequest>;
}>;

/** Lists the whole vault, 25 secrets a page and never a value, and keeps what the plan may ask for. */
export async function lookAtAll(
  request: LookRequest,
  environment: LookEnvironment,
  rest: LookResting | null = null,
): Promise<VaultView> {
  const { syncId, wanted, held, gathersUnrecorded } = request;
  const seenAt = environment.now();
  const items = new Map<string, Seen>();
  const unrecorded: VaultItem[] = [];
  let count = 0;
  for await (const page of environment.vault.list(environment.signal)) {
    count += page.length;
    for (const item of page) {
      const key = vaultKeyOf(item.name);
      if (rest?.resting.has(key) === true) {
        if (!rest.resting.settle(key, item)) items.set(key, { item });
        continue;
      }
      const record = held.get(key);
      if (record !== undefined && isAsRecorded(item, record, syncId)) items.set(key, "as-recorded");
      else if (record !== undefined || wanted.has(key)) items.set(key, { item });
      else if (gathersUnrecorded && ownerOf(item, syncId).kind === "this-sync") unrecorded.push(item);
    }
  }
  const whole = rest === null || rest.resting.isSettled ? request : await rest.recall();
  await askVersions(items, whole, environment);
  return finish({ seenAt, looked: null, items, unrecorded, count }, [...whole.wanted], whole, environment);
}

/** Looks at some names by their versions, a request each, and at deleted secrets that hold them; never at a value. */
export async function lookAtNames(
  names: ReadonlyMap<string, string>,
  request: LookRequest,
  environment: LookEnvironment,
): Promise<VaultView> {
  return finish(await viewOf(names, request, environment), [...names], request, environment);
}

/** As {@link lookAtNames}, but not at deleted secrets. */
export async function lookAtLiving(
  names: ReadonlyMap<string, string>,
  request: LookRequest,
  environment: LookEnvironment,
): Promise<VaultView> {
  return finish(await viewOf(names, request, environment), [], request, environment);
}

type ViewOfLiving = Omit<VaultView, "deleted" | "owners">;

async function viewOf(
  names: ReadonlyMap<string, string>,
  { held, syncId }: LookRequest,
  environment: LookEnvironment,
): Promise<ViewOfLiving> {
  const seenAt = environment.now();
  const items = new Map<string, Seen>();
  await inParallel([...names], environment.concurrency, async ([key, name]) => {
    const versions = await environment.vault.versions(name, environment.signal);
    const seen = await currentOf(versions, held.get(key), syncId, environment);
    if (seen !== undefined) items.set(key, seen);
  });
  return { seenAt, looked: new Set(names.keys()), items, unrecorded: [], count: null };
}

/** @param names what deleted secrets may hold */
async function finish(
  base: ViewOfLiving,
  names: ReadonlyArray<readonly [string, string]>,
  { wanted, syncId }: LookRequest,
  environment: LookEnvironment,
): Promise<VaultView> {
  const { items } = base;
  const missing = names.filter(([key]) => wanted.has(key) && !items.has(key));
  const deleted = await findDeleted(missing, environment);
  const inTheWay = new Set<string>();
  for (const seen of items.values()) {
    if (seen === "as-recorded") continue;
    const owner: Owner = ownerOf(seen.item, syncId);
    if (owner.kind === "other-sync") inTheWay.add(owner.syncId);
  }
  const owners =
    inTheWay.size === 0 ? new Map<string, OwnerState>() : await environment.findOwners([...inTheWay]);
  return { ...base, deleted, owners };
}

/**
 * Where a name that we hold shows something else than we wrote, its versions tell what happened: whether only what is
 * around the value was changed, whether somebody wrote over ours (a new version has no tags unless its writer sets
 * them), or whether it is a secret of theirs.
 */
async function askVersions(
  items: Map<string, Seen>,
  { held, syncId }: LookRequest,
  environment: LookEnvironment,
): Promise<void> {
  const open = [...items].flatMap(([key, seen]) => {
    const record = held.get(key);
    if (seen === "as-recorded" || seen.item.managed) return [];
    const { kind } = ownerOf(seen.item, syncId);
    const inQuestion = kind === "this-sync" || (kind === "nobody" && record !== undefined);
    return inQuestion ? [{ key, seen, record }] : [];
  });
  await inParallel(open, environment.concurrency, async ({ key, seen, record }) => {
    const versions = await environment.vault.versions(seen.item.name, environment.signal);
    const current = newest(versions) ?? shownBy(seen.item, versions);
    items.set(key, { item: seen.item, ...judge(versions, current, record, syncId) });
  });
}

/** The secret as its versions show it; undefined when there is none. */
async function currentOf(
  versions: readonly VaultVersion[],
  record: RecordValue | undefined,
  syncId: string,
  environment: LookEnvironment,
): Promise<Seen | undefined> {
  const [first] = versions;
  if (first === undefined) return undefined;
  const current = newest(versions);
  // Times have seconds: of two versions of one second only a list tells which is the current one.
  if (current === undefined) {
    const item = await findByListing(first.name, environment);
    return item && { item, ...judge(versions, shownBy(item, versions), record, syncId) };
  }
  if (record !== undefined && isAsRecorded(current, record, syncId)) return "as-recorded";
  return { item: current, ...judge(versions, current, record, syncId) };
}

/** The newest version, or undefined when two are equally new. */
function newest(versions: readonly VaultVersion[]): VaultVersion | undefined {
  let best: VaultVersion | undefined;
  let tied = false;
  for (const version of versions) {
    if (best === undefined || version.created > best.created) {
      best = version;
      tied = false;
    } else if (version.created === best.created) tied = true;
  }
  return tied ? undefined : best;
}

/** Of several that are equally new the one that a list shows, where times and state tell it from the others. */
function shownBy(item: VaultItem, versions: readonly VaultVersion[]): VaultVersion | undefined {
  const newestAt = Math.max(...versions.map(({ created }) => created));
  const alike = versions.filter(
    ({ created, updated, enabled }) =>
      created === newestAt && updated === item.updated && enabled === item.enabled,
  );
  return alike.length === 1 ? alike[0] : undefined;
}

function judge(
  versions: readonly VaultVersion[],
  current: VaultVersion | undefined,
  record: RecordValue | undefined,
  syncId: string,
): Omit<SeenItem, "item"> {
  const versionCount = versions.length;
  const copied = current !== undefined && isCopied(versions, current, syncId);
  if (current !== undefined && record !== undefined && current.version === record.vaultVersion)
    return { versions: "ours", copied: false, versionCount };
  const lost =
    current === undefined || record === undefined || record.intentEpoch === null
      ? undefined
      : findLost(versions, current, record, syncId);
  const ours = versions.some((version) => ownerOf(version, syncId).kind === "this-sync");
  return { versions: ours ? "over-ours" : "theirs", copied, lost, versionCount };
}

/** Whether another version carries the same mark: a write of ours makes one version. */
function isCopied(versions: readonly VaultVersion[], current: VaultVersion, syncId: string): boolean {
  const mark = markOf(current, syncId);
  return (
    mark !== undefined &&
    versions.some((version) => version !== current && isSameMark(markOf(version, syncId), mark))
  );
}

async function findByListing(
  name: string,
  { vault, signal }: LookEnvironment,
): Promise<VaultItem | undefined> {
  const key = vaultKeyOf(name);
  for await (const page of vault.list(signal))
    for (const item of page) if (vaultKeyOf(item.name) === key) return item;
  return undefined;
}

async function findDeleted(
  missing: ReadonlyArray<readonly [string, string]>,
  { vault, signal, concurrency }: LookEnvironment,
): Promise<ReadonlyMap<string, DeletedItem>> {
  const deleted = new Map<string, DeletedItem>();
  if (missing.length < LIST_DELETED_FROM) {
    await inParallel(missing, concurrency, async ([key, name]) => {
      const item = await vault.findDeleted(name, signal);
      if (item !== null) deleted.set(key, item);
    });
    return deleted;
  }
  const keys = new Set(missing.map(([key]) => key));
  for await (const page of vault.listDeleted(signal))
    for (const item of page) if (keys.has(vaultKeyOf(item.name))) deleted.set(vaultKeyOf(item.name), item);
  return deleted;
}
