import type { Pool, PoolClient } from "pg";
import type { Prisma } from "./generated/client.ts";
import type { StatementNames } from "./statement-names.ts";

/** Sends a statement past Prisma, which takes three times the CPU for each. */
export type StatementSender = Readonly<{
  /**
   * @param kept whether each connection keeps its plan: for statements about few rows, where planning takes longer than
   *   execution. Name the columns of its answer: a migration that adds one mustn't change it.
   */
  $statement: <Row>(query: Prisma.Sql, kept?: "kept") => Promise<Row[]>;
}>;

/**
 * A transaction past Prisma. Its statements are carried out in the order in which they are given, but none waits for
 * another's answer before it goes out: what is given in one go takes one round trip. Source: PostgreSQL's documentation,
 * “Pipelining” in the chapter on the message flow.
 */
export type PipelinedTransaction = StatementSender &
  Readonly<{
    /** Gives a statement whose answer nobody needs. Where it fails, the transaction does, with its error. */
    $send: (query: Prisma.Sql, kept?: "kept") => void;
  }>;

/**
 * Carries `work` out as one transaction. What it throws, and the first statement that fails, undoes all of it.
 *
 * @throws what `work` throws, or the driver's error of the first statement that failed
 */
export async function inPipelinedTransaction<Result>(
  pool: Pool,
  names: StatementNames,
  work: (transaction: PipelinedTransaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  // A connection that ends fails its statements, which is enough to know of it.
  client.on("error", ignore);
  const statements = new Statements(client, names);
  let isUsable = false;
  try {
    void statements.give({ text: "BEGIN" });
    const result = await work(statements);
    const committed = statements.give({ text: "COMMIT" });
    await statements.settled();
    // PostgreSQL answers so to the COMMIT of a transaction in which something failed.
    if ((await committed).command !== "COMMIT") throw new Error("a transaction was rolled back");
    isUsable = true;
    return result;
  } catch (error) {
    const { failure } = statements;
    isUsable = await statements.rollBack();
    throw failure === undefined ? error : failure.error;
  } finally {
    statements.end();
    client.off("error", ignore);
    client.release(!isUsable);
  }
}

const ignore = (): void => undefined;

type Statement = Readonly<{ text: string; values?: unknown[]; name?: string }>;
type Answer = Readonly<{ command: string; rows: unknown[] }>;

class Statements implements PipelinedTransaction {
  readonly #client: PoolClient;
  readonly #names: StatementNames;
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;
  /** Of the first statement that failed: those behind it only say that one before them did. */
  failure: { readonly error: unknown } | undefined;

  constructor(client: PoolClient, names: StatementNames) {
    this.#client = client;
    this.#names = names;
  }

  readonly $statement = async <Row>(query: Prisma.Sql, kept?: "kept"): Promise<Row[]> => {
    const { rows } = await this.give(this.#named(query, kept));
    return rows as Row[];
  };

  readonly $send = (query: Prisma.Sql, kept?: "kept"): void => {
    void this.give(this.#named(query, kept));
  };

  give(statement: Statement): Promise<Answer> {
    if (this.#ended) throw new Error("a transaction that has ended takes no statement");
    const answer = this.#client.query(statement);
    // Answers come in the order of the statements.
    this.#last = answer.catch((error: unknown) => {
      this.failure ??= { error };
    });
    return answer;
  }

  /** Resolves when all statements are answered. @throws the error of the first that failed */
  async settled(): Promise<void> {
    await this.#last;
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Whether the connection is as good as new. */
  async rollBack(): Promise<boolean> {
    try {
      await this.#client.query("ROLLBACK");
      return true;
    } catch {
      return false;
    }
  }

  /** The connection is somebody else's from now on. */
  end(): void {
    this.#ended = true;
  }

  #named({ text, values }: Prisma.Sql, kept: "kept" | undefined): Statement {
    return { text, values, ...(kept === undefined ? {} : { name: this.#names.of(text) }) };
  }
}
