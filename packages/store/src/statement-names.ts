/**
 * Begins a raw statement whose plan is kept. It names the columns of its answer, and its text is always the same.
 */
export const KEPT = "/* kept */";

/** The most texts that get a name: more than the code has, so that a mistake can't fill each connection's memory. */
const MOST = 500;

/**
 * A statement of Prisma's making: each column by its name, so that its answer keeps its shape when a migration adds one.
 * Lists of several values are left out, as each length is another text.
 */
const ofPrisma = /^(?:SELECT|INSERT INTO|UPDATE|DELETE FROM) "public"\.(?!.*(?: IN \(\$\d+,|\), ?\(\$))/su;

/**
 * Names for statements whose plans each connection keeps: PostgreSQL parses and plans them once a connection, and not
 * each time, which for statements about a few rows takes longer than to execute them.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();

  /** The statement's name; always the same for the same text, and empty, which is none, once there are too many. */
  of(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= MOST) return "";
    const name = `kvsync-${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }

  /**
   * As {@link of}, for what goes through Prisma: empty for what varies from request to request, and for raw statements
   * that don't begin with {@link KEPT}.
   */
  ofPrisma(text: string): string {
    return ofPrisma.test(text) || text.startsWith(KEPT) ? this.of(text) : "";
  }
}
