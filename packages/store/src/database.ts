import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { PrismaClient, type Prisma } from "./generated/client.ts";
import {
  inPipelinedTransaction,
  type PipelinedTransaction,
  type StatementSender,
} from "./pipelined-transaction.ts";
import { StatementNames } from "./statement-names.ts";

/** The open database: Prisma's client over the pg driver, and the driver itself for what every run asks. */
export type Database = PrismaClient &
  StatementSender &
  Readonly<{
    /** Carries `work` out as one transaction past Prisma; see {@link PipelinedTransaction}. */
    $pipelined: <Result>(work: (transaction: PipelinedTransaction) => Promise<Result>) => Promise<Result>;
  }>;

/** The database or a transaction in it. Functions that take this may be part of a larger transaction. */
export type Queryable = Omit<
  Database,
  "$connect" | "$disconnect" | "$on" | "$use" | "$extends" | "$transaction" | "$statement" | "$pipelined"
>;

/** A transaction, and never the database itself: for what must stand or fall with what it belongs to. */
export type Transaction = Queryable & Readonly<{ $disconnect?: never }>;

/** How long (ms) a query waits for a connection of the pool, and a new one for the server. */
const CONNECT_WITHIN_MS = 10_000;
/** How long (ms) a query may take. One that takes longer is a fault; a run that waits for it would lose its lease. */
const QUERY_WITHIN_MS = 20_000;
/** How long (ms) a transaction may do nothing. The locks of a process that hangs end with its connection. */
const IDLE_WITHIN_MS = 30_000;

/**
 * Opens the database. Connects at the first query.
 *
 * @param url a PostgreSQL connection URL
 * @param poolSize the most connections that this process holds at once
 */
export function openDatabase(url: string, poolSize = 10): Database {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: QUERY_WITHIN_MS,
    idle_in_transaction_session_timeout: IDLE_WITHIN_MS,
    pipeline: true,
    application_name: "kvsync",
  });
  // An idle connection that ends takes its place in the pool with it, and nothing else.
  pool.on("error", () => undefined);
  const names = new StatementNames();
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      disposeExternalPool: true,
      statementNameGenerator: ({ sql }) => names.ofPrisma(sql),
    }),
    // A transaction waits as long as any query does; by default it would give up after 2 s of a busy machine.
    transactionOptions: { maxWait: CONNECT_WITHIN_MS, timeout: QUERY_WITHIN_MS },
    log: [],
  });
  return Object.assign(prisma, {
    $statement: async <Row>({ text, values }: Prisma.Sql, kept?: "kept"): Promise<Row[]> => {
      const named = kept === undefined ? {} : { name: names.of(text) };
      const { rows } = await pool.query({ ...named, text, values });
      return rows as Row[];
    },
    $pipelined: async <Result>(
      work: (transaction: PipelinedTransaction) => Promise<Result>,
    ): Promise<Result> => inPipelinedTransaction(pool, names, work),
  });
}

/** Whether the database answers. @throws whatever the driver throws when it doesn't */
export async function pingDatabase(database: Queryable): Promise<void> {
  await database.$queryRaw`SELECT 1`;
}

/** Whether an error is PostgreSQL's word for “this exists already”: 23505, behind Prisma P2002, or P2010 of a raw query. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  return (
    error.code === "23505" ||
    error.code === "P2002" ||
    (error.code === "P2010" && error.message.includes("23505"))
  );
}
