/** The command `audit`: verifies, shows and exports the audit log. */
import { once } from "node:events";
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
import { exportEntries, listEntries, type Chain, type Span } from "./audit-entries.ts";
import { requireSetting } from "./settings.ts";
import { callOf, UsageError } from "./usage.ts";

export const usage = `Usage: ${callOf("audit verify [--workspace SLUG | --no-workspace] [--head SEQUENCE:HASH]")}
       ${callOf("audit list (--workspace SLUG | --no-workspace) [--from TIME] [--to TIME] [--limit NUMBER]")}
       ${callOf("audit export [--workspace SLUG | --no-workspace] [--from TIME] [--to TIME]")}

verify  computes the audit log's hash chains anew, compares them with what is stored, and prints where each ends. Exit
        code 1 when one is broken: the first wrong entry is named.
list    shows the newest entries of a chain.
export  writes the entries, oldest first, a line of JSON each: “entry” is the very text whose SHA-256 is “hash”.

  --workspace     slug or id of one workspace (all of them, and the chain of what belongs to none)
  --no-workspace  the chain of what belongs to no workspace, like sign-ins for addresses that are nobody's. No page and
                  no answer of the API shows it: it is for whoever runs the system
  --head          an end of this chain that was kept elsewhere, as this command or a worker's log printed it: finds out
                  whether the chain was cut or written anew since
  --from, --to    a span of time, like 2026-11-26 or 2026-11-26T08:00:00Z; what is at the end of it is left out
  --limit         how many entries list shows at most (50)

DATABASE_URL and KEY_ENCRYPTION_KEY come from the environment, or from what “npm start” keeps in .kvsync/ or
where KVSYNC_STATE says.`;

const NO_WORKSPACE = "(no workspace)";

const OPTIONS = {
  workspace: { type: "string" },
  "no-workspace": { type: "boolean", default: false },
  head: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  limit: { type: "string" },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];
type Command = (database: Database, chains: readonly Chain[], values: Values) => Promise<number>;

/** What each command does, and which options it has beside those that name a chain. */
const commands: Readonly<Record<string, Readonly<{ run: Command; options: readonly string[] }>>> = {
  verify: { run: verify, options: ["head"] },
  list: { run: list, options: ["from", "to", "limit"] },
  export: { run: exportAll, options: ["from", "to"] },
};

/** @returns the exit code. @throws {UsageError} for what was called wrongly, or can't be done */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [name = "", ...more] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined || more.length > 0) throw new UsageError(usage);
  for (const option of ["head", "from", "to", "limit"] as const)
    if (values[option] !== undefined && !command.options.includes(option))
      throw new UsageError(`--${option} isn't for ${name}.`);
  if (values.workspace !== undefined && values["no-workspace"])
    throw new UsageError("--workspace and --no-workspace name two chains: choose one.");
  const isOne = values.workspace !== undefined || values["no-workspace"];
  if (!isOne && (name === "list" || values.head !== undefined))
    throw new UsageError(
      `${name === "list" ? "list shows" : "--head belongs to"} one chain: name it with --workspace or --no-workspace.`,
    );
  const database = openDatabase(requireSetting("DATABASE_URL"), 2);
  try {
    return await command.run(database, await chainsOf(database, values), values);
  } finally {
    await database.$disconnect();
  }
}

async function verify(database: Database, chains: readonly Chain[], values: Values): Promise<number> {
  const known = values.head === undefined ? undefined : headOf(values.head);
  const keyEncryptionKey = readKeyEncryptionKey();
  const opens = async (anchor: AnchorRow): Promise<boolean | null> =>
    anchor.keyEncryptionKeyId === keyEncryptionKey.id
      ? anchorHolds(keyEncryptionKey, { ...anchor, sequence: Number(anchor.sequence) }, anchor.sealed)
      : null;
  let whole = true;
  for (const { id, name } of chains) {
    const verdict = await verifyChain(database, id, { opens, known });
    console.log(`${name}: ${describe(verdict)}`);
    whole &&= verdict.problem === null;
  }
  return whole ? 0 : 1;
}

async function list(database: Database, chains: readonly Chain[], values: Values): Promise<number> {
  const limit = Number(values.limit ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new UsageError("--limit must be a number from 1 to 10000.");
  for (const chain of chains) console.log(await listEntries(database, chain, spanOf(values), limit));
  return 0;
}

async function exportAll(database: Database, chains: readonly Chain[], values: Values): Promise<number> {
  const span = spanOf(values);
  const write = async (line: string): Promise<void> => {
    if (!process.stdout.write(line)) await once(process.stdout, "drain");
  };
  for (const chain of chains) await exportEntries(database, chain, span, write);
  return 0;
}

function spanOf({ from, to }: Values): Span {
  return { from: timeOf("from", from), to: timeOf("to", to) };
}

function timeOf(option: "from" | "to", text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time.getTime()) || time.getTime() < 0)
    throw new UsageError(`--${option} must be a time like 2026-11-26 or 2026-11-26T08:00:00Z.`);
  return time;
}

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

async function chainsOf(database: Database, values: Values): Promise<Chain[]> {
  if (values["no-workspace"]) return [{ id: INSTALLATION, name: NO_WORKSPACE }];
  if (values.workspace !== undefined) {
    const workspace = await findWorkspace(database, values.workspace);
    if (workspace === null) throw new UsageError(`There is no workspace “${values.workspace}”.`);
    return [{ id: workspace.id, name: workspace.slug }];
  }
  const ids = await listChains(database);
  return Promise.all(
    ids.map(async (id) => ({
      id,
      name: id === INSTALLATION ? NO_WORKSPACE : ((await findWorkspace(database, id))?.slug ?? id),
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
  const entries = head.sequence === 1 ? "1 entry" : `${head.sequence} entries`;
  const agree = anchors === 1 ? "1 anchor agrees" : `${anchors} anchors agree`;
  return `whole. ${entries}${earlier}; ${agree}${sealed}. Its end is ${end}`;
}
