/** The command `keys`: shows and rotates the keys that sign assertions. */
import { parseArgs } from "node:util";
import {
  createSigningKey,
  defaultRotationPolicy,
  keyEncryptionKeySchema,
  localKeyEncryptionKey,
  planRotation,
  readyAt,
  type KeyEncryptionKey,
} from "@kvsync/keys";
import {
  listSigningKeys,
  openDatabase,
  rotateSigningKeys,
  type Database,
  type SigningKeyRow,
} from "@kvsync/store";
import { requireSetting } from "./settings.ts";
import { textTable } from "./text-table.ts";
import { callOf, UsageError } from "./usage.ts";

export const usage = `Usage: ${callOf("keys list")}
       ${callOf("keys rotate [--emergency]")}

list    shows the keys of the ring: what each does, and since when
rotate  lets the next key sign from now on, and publishes a new next key. It refuses while the next key hasn't been
        published for 24 hours, because Entra may not have seen it yet.
        --emergency doesn't wait: until Entra has read the keys anew, token exchanges may fail, and are retried.

DATABASE_URL and KEY_ENCRYPTION_KEY come from the environment, or from what “npm start” keeps in .kvsync/ or
where KVSYNC_STATE says.`;

/** @returns the exit code. @throws {UsageError} for what was called wrongly, or can't be done */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { emergency: { type: "boolean", default: false } },
  });
  const [command, ...more] = positionals;
  if ((command !== "list" && command !== "rotate") || more.length > 0) throw new UsageError(usage);
  if (command === "list" && values.emergency) throw new UsageError("--emergency belongs to rotate.");
  const database = openDatabase(requireSetting("DATABASE_URL"), 2);
  try {
    if (command === "rotate" && !(await rotate(database, readKeyEncryptionKey(), values.emergency))) return 1;
    console.log(table(await listSigningKeys(database)));
    return 0;
  } finally {
    await database.$disconnect();
  }
}

function readKeyEncryptionKey(): KeyEncryptionKey {
  const key = keyEncryptionKeySchema.safeParse(requireSetting("KEY_ENCRYPTION_KEY"));
  if (!key.success)
    throw new UsageError(`KEY_ENCRYPTION_KEY ${key.error.issues[0]?.message ?? "is malformed"}.`);
  return localKeyEncryptionKey(key.data);
}

/** @returns false when the next key can't sign yet, which is then explained */
async function rotate(
  database: Database,
  keyEncryptionKey: KeyEncryptionKey,
  emergency: boolean,
): Promise<boolean> {
  const now = new Date();
  const steps = await rotateSigningKeys(
    database,
    (ring) => {
      requireSameWrapping(ring, keyEncryptionKey);
      return planRotation(ring, now, defaultRotationPolicy, emergency ? "emergency" : "now");
    },
    () => createSigningKey(keyEncryptionKey),
    now,
  );
  if (steps.some((step) => step.do === "promote" || (step.do === "create" && step.state === "active")))
    return true;
  const next = (await listSigningKeys(database)).find(({ state }) => state === "next");
  console.error(
    next === undefined
      ? "There is no next key."
      : `The next key ${next.kid} was published at ${moment(next.publishedAt)}. It can sign from ${moment(readyAt(next, defaultRotationPolicy))} on.`,
  );
  console.error(`Nothing was rotated. In an emergency: ${callOf("keys rotate --emergency")}`);
  return false;
}

/** Another key-encryption key than the workers' would make keys that no worker can open. */
function requireSameWrapping(ring: readonly SigningKeyRow[], { id }: KeyEncryptionKey): void {
  const other = ring.find(
    ({ state, keyEncryptionKeyId }) => state !== "retired" && keyEncryptionKeyId !== id,
  );
  if (other !== undefined)
    throw new UsageError(
      `The ring's keys were wrapped by another KEY_ENCRYPTION_KEY (${other.keyEncryptionKeyId}) than this one (${id}).`,
    );
}

function table(ring: readonly SigningKeyRow[]): string {
  if (ring.length === 0) return "There are no keys yet. Control makes the first ones when it starts.";
  const head = ["kid", "state", "published", "signs", "retired"];
  const rows = ring.map((key) => [
    key.kid,
    key.state,
    moment(key.publishedAt),
    signs(key),
    moment(key.retiredAt),
  ]);
  return textTable([head, ...rows]);
}

function signs(key: SigningKeyRow): string {
  if (key.state === "next") return `from ${moment(readyAt(key, defaultRotationPolicy))}`;
  return `${key.state === "active" ? "since" : "from"} ${moment(key.activatedAt)}`;
}

function moment(date: Date | null): string {
  return date === null ? "—" : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
