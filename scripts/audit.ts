/** `npm run audit`: verifies the audit log. */
import { parseArgs } from "node:util";
import { explainChainProblem } from "@kvsync/contracts";
import {
  anchorHolds,
  keyEncryptionKeySchema,
  localKeyEncryptionKey,
  type KeyEncryptionKey,
} from "@kvsync/keys";
import {
  findWorkspace,
  INSTALLATION,
  listChains,
  openDatabase,
  verifyChain,
  type AnchorRow,
  type ChainHead,
  type ChainVerdict,
  type Database,
} from "@kvsync/store";
import { requireSetting, runCommand, UsageError } from "./settings.ts";

const USAGE = `Usage: npm run audit -- verify [--workspace SLUG] [--head SEQUENCE:HASH]

Computes the audit log's hash chains anew, compares them with what is stored, and prints where each ends. Exit code 1
when one is broken: the first wrong entry is named.

  --workspace  slug or id of one workspace (all of them, and the chain of what belongs to none)
  --head       an end of this workspace's chain that was kept elsewhere, as this command or a worker's log printed it:
               finds out whether the chain was cut or written anew since

DATABASE_URL and KEY_ENCRYPTION_KEY come from the environment, or from what “npm start” keeps in .kvsync/.`;

await runCommand(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { workspace: { type: "string" }, head: { type: "string" } },
  });
  if (positionals.length !== 1 || positionals[0] !== "verify") throw new UsageError(USAGE);
  if (values.head !== undefined && values.workspace === undefined)
    throw new UsageError("--head belongs to one chain: name it with --workspace.");
  const known = values.head === undefined ? undefined : headOf(values.head);
  const keyEncryptionKey = readKeyEncryptionKey();
  const opens = async (anchor: AnchorRow): Promise<boolean | null> =>
    anchor.keyEncryptionKeyId === keyEncryptionKey.id
      ? anchorHolds(keyEncryptionKey, { ...anchor, sequence: Number(anchor.sequence) }, anchor.sealed)
      : null;
  const database = openDatabase(requireSetting("DATABASE_URL"), 2);
  try {
    let whole = true;
    for (const { id, name } of await chainsOf(database, values.workspace)) {
      const verdict = await verifyChain(database, id, { opens, known });
      console.log(`${name}: ${describe(verdict)}`);
      whole &&= verdict.problem === null;
    }
    return whole ? 0 : 1;
  } finally {
    await database.$disconnect();
  }
});

function headOf(text: string): ChainHead {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new UsageError("--head must be like 1234:9f86…: a sequence and 64 hexadecimal digits.");
  return { sequence: Number(sequence), hash: Buffer.from(hash, "hex") };
}

function readKeyEncryptionKey(): KeyEncryptionKey {
  const key = keyEncryptionKeySchema.safeParse(requireSetting("KEY_ENCRYPTION_KEY"));
  if (!key.success)
    throw new UsageError(`KEY_ENCRYPTION_KEY ${key.error.issues[0]?.message ?? "is malformed"}.`);
  return localKeyEncryptionKey(key.data);
}

async function chainsOf(
  database: Database,
  reference: string | undefined,
): Promise<Array<{ id: string; name: string }>> {
  if (reference !== undefined) {
    const workspace = await findWorkspace(database, reference);
    if (workspace === null) throw new UsageError(`There is no workspace “${reference}”.`);
    return [{ id: workspace.id, name: workspace.slug }];
  }
  const ids = await listChains(database);
  return Promise.all(
    ids.map(async (id) => ({
      id,
      name: id === INSTALLATION ? "(no workspace)" : ((await findWorkspace(database, id))?.slug ?? id),
    })),
  );
}

function describe({ head, unchained, anchors, unopened, problem }: ChainVerdict): string {
  const end = `${head.sequence}:${Buffer.from(head.hash).toString("hex")}`;
  if (problem !== null) {
    const { message, hint } = explainChainProblem(problem.code, problem.sequence);
    return `BROKEN (${problem.code}). ${message}\n  ${hint}\n  The chain's end is ${end}`;
  }
  const earlier = unchained === 0 ? "" : `, ${unchained} from before there was a chain`;
  const sealed = unopened === 0 ? "" : ` (${unopened} of another key-encryption key)`;
  return `whole. ${head.sequence} entries${earlier}; ${anchors} anchors agree${sealed}. Its end is ${end}`;
}
