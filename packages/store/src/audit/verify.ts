import type { ChainProblemCode } from "@kvsync/contracts";
import type { Database } from "../database.ts";
import type { AuditAnchor, AuditEvent } from "../generated/client.ts";
import { FIRST_HASH, hashOf, type AuditFields } from "./entry.ts";

/** The first thing that is wrong, and the sequence of the entry where. */
export type ChainProblem = Readonly<{ code: ChainProblemCode; sequence: number }>;

export type AnchorRow = AuditAnchor;

/** An end that a chain once had. */
export type ChainHead = Readonly<{ sequence: number; hash: Uint8Array }>;

export type ChainVerdict = Readonly<{
  workspaceId: string;
  /** The chain's end. */
  head: ChainHead;
  /** How many entries are from before there was a chain. */
  unchained: number;
  /** How many anchors were compared, and how many of these can't be opened, as their key is another one. */
  anchors: number;
  unopened: number;
  problem: ChainProblem | null;
}>;

export type VerifyOptions = Readonly<{
  /** Whether an anchor's seal holds its hash; null when that can't be told, as its key isn't at hand. */
  opens: (anchor: AnchorRow) => Promise<boolean | null>;
  /** An end that was kept elsewhere. */
  known?: ChainHead | undefined;
  stop?: AbortSignal;
}>;

const PAGE = 1_000;

/** The chains that there are, also those of which only an anchor is left. */
export async function listChains(database: Database): Promise<string[]> {
  const [workspaces, heads, anchored] = await Promise.all([
    database.workspace.findMany({ select: { id: true } }),
    database.auditHead.findMany({ select: { workspaceId: true } }),
    database.auditAnchor.findMany({ select: { workspaceId: true }, distinct: "workspaceId" }),
  ]);
  const ids = [...workspaces.map(({ id }) => id), ...[...heads, ...anchored].map((row) => row.workspaceId)];
  return [...new Set(ids)].toSorted();
}

/**
 * Computes a chain anew, a page at a time, and compares it with what is stored, with its end and with its anchors. It
 * looks at the entries that there are when it begins; others may be added meanwhile.
 */
export async function verifyChain(
  database: Database,
  workspaceId: string,
  options: VerifyOptions,
): Promise<ChainVerdict> {
  const row = await database.auditHead.findUnique({ where: { workspaceId } });
  const head = { sequence: Number(row?.sequence ?? 0), hash: row?.hash ?? FIRST_HASH };
  const unchained = await database.auditEvent.count({ where: { workspaceId, sequence: { lt: 1 } } });
  const walk = new Walk(options);
  const problem =
    (await walkEntries(database, workspaceId, head.sequence, walk, options.stop)) ??
    walk.end(head) ??
    (await findBeyond(database, workspaceId, head, options.known));
  return { workspaceId, head, unchained, anchors: walk.anchors, unopened: walk.unopened, problem };
}

async function walkEntries(
  database: Database,
  workspaceId: string,
  end: number,
  walk: Walk,
  stop: AbortSignal | undefined,
): Promise<ChainProblem | null> {
  for (let from = 0; from < end; from += PAGE) {
    stop?.throwIfAborted();
    const where = { workspaceId, sequence: { gt: from, lte: Math.min(from + PAGE, end) } };
    const anchors = await database.auditAnchor.findMany({ where });
    const entries = await database.auditEvent.findMany({ where, orderBy: { sequence: "asc" } });
    const anchorAt = new Map(anchors.map((anchor) => [Number(anchor.sequence), anchor]));
    for (const entry of entries) {
      const problem = await walk.step(entry, anchorAt.get(Number(entry.sequence)));
      if (problem !== null) return problem;
    }
    const last = Math.min(from + PAGE, end);
    if (walk.sequence < last) return { code: "ENTRY_MISSING", sequence: walk.sequence + 1 };
  }
  return null;
}

/** What tells that the chain went further once, or that something follows its end. */
async function findBeyond(
  database: Database,
  workspaceId: string,
  head: ChainHead,
  known: ChainHead | undefined,
): Promise<ChainProblem | null> {
  const [beyond] = await database.$queryRaw<Array<{ anchor: bigint | null; entry: bigint | null }>>`
    WITH "end" AS (SELECT COALESCE((SELECT "sequence" FROM "AuditHead" WHERE "workspaceId" = ${workspaceId}::uuid), 0) AS "last")
    SELECT (SELECT max("sequence") FROM "AuditAnchor" WHERE "workspaceId" = ${workspaceId}::uuid AND "sequence" > "last") AS "anchor",
      (SELECT min("sequence") FROM "AuditEvent" WHERE "workspaceId" = ${workspaceId}::uuid AND "sequence" > "last") AS "entry"
    FROM "end"`;
  const went = Math.max(Number(beyond?.anchor ?? 0), known?.sequence ?? 0);
  if (went > head.sequence && beyond?.entry === null)
    return { code: "TAIL_MISSING", sequence: head.sequence + 1 };
  return beyond?.entry == null ? null : { code: "ENTRY_UNKNOWN", sequence: Number(beyond.entry) };
}

/** Goes along a chain and compares each entry with the one before it. */
class Walk {
  sequence = 0;
  anchors = 0;
  unopened = 0;
  readonly #options: VerifyOptions;
  #hash: Uint8Array = FIRST_HASH;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  async step(row: AuditEvent, anchor: AnchorRow | undefined): Promise<ChainProblem | null> {
    const sequence = Number(row.sequence);
    if (sequence !== this.sequence + 1) return { code: "ENTRY_MISSING", sequence: this.sequence + 1 };
    const { hash, previousHash } = row;
    if (hash === null || previousHash === null || !same(hashOfRow(row, previousHash), hash))
      return { code: "ENTRY_ALTERED", sequence };
    if (!same(previousHash, this.#hash)) return { code: "LINK_BROKEN", sequence };
    this.sequence = sequence;
    this.#hash = hash;
    const { known } = this.#options;
    if (known?.sequence === sequence && !same(known.hash, hash)) return { code: "ANCHOR_DIFFERS", sequence };
    return anchor === undefined ? null : this.#compare(anchor, sequence);
  }

  end(head: ChainHead): ChainProblem | null {
    return same(head.hash, this.#hash) ? null : { code: "HEAD_DIFFERS", sequence: head.sequence };
  }

  async #compare(anchor: AnchorRow, sequence: number): Promise<ChainProblem | null> {
    this.anchors += 1;
    const opened = await this.#options.opens(anchor);
    if (opened === false) return { code: "ANCHOR_FORGED", sequence };
    if (opened === null) this.unopened += 1;
    return same(anchor.hash, this.#hash) ? null : { code: "ANCHOR_DIFFERS", sequence };
  }
}

/** What the row hashes to, or null when it can't be brought into the canonical form, which no entry was hashed in then. */
function hashOfRow(row: AuditEvent, previousHash: Uint8Array): Uint8Array | null {
  try {
    return hashOf({
      ...row,
      sequence: Number(row.sequence),
      fields: row.fields as AuditFields,
      before: row.before as AuditFields | null,
      after: row.after as AuditFields | null,
      previousHash,
    });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const same = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && Buffer.from(a).equals(b);
