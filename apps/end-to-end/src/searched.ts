import { dumpRedis } from "./disturbances.ts";
import { ok } from "./scenario.ts";
import type { TestSystem } from "./system.ts";

/** Every place where a secret's value must not be, as text to search. */
export type Places = Readonly<Record<string, string>>;

/** @param output what worker processes wrote; @param syncIds whose pages of the API are read */
export async function readPlaces(
  system: TestSystem,
  output: string,
  syncIds: readonly string[],
): Promise<Places> {
  return {
    redis: await dumpRedis(system),
    "logs of control and workers": system.logs.join("\n"),
    "output of a worker's process": output,
    database: await dumpDatabase(system),
    api: await readApi(system, syncIds),
    "Bull Board": await readBoard(system),
  };
}

/** Every row of every table as JSON, and every binary column as text as well. */
async function dumpDatabase({ database }: TestSystem): Promise<string> {
  const columns = await database.$queryRaw<Array<{ table: string; column: string; type: string }>>`
    SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY 1, 2`;
  const parts: string[] = [];
  for (const table of new Set(columns.map((column) => column.table)))
    parts.push(
      table,
      await textOf(`SELECT coalesce(string_agg(t::text, chr(10)), '') AS text FROM "${table}" t`),
    );
  for (const { table, column, type } of columns)
    if (type === "bytea")
      parts.push(
        await textOf(
          `SELECT coalesce(string_agg(encode("${column}", 'escape'), chr(10)), '') AS text FROM "${table}"`,
        ),
      );
  return parts.join("\n");

  async function textOf(query: string): Promise<string> {
    const rows = await database.$queryRawUnsafe<Array<{ text: string }>>(query);
    return rows[0]?.text ?? "";
  }
}

async function readApi(system: TestSystem, syncIds: readonly string[]): Promise<string> {
  const answers: unknown[] = [await ok(system, "GET", "/v1/sync")];
  for (const id of syncIds) {
    const paths = ["", "/setup", "/validations", "/runs", "/records?limit=200"];
    for (const path of paths) answers.push(await ok(system, "GET", `/v1/sync/${id}${path}`));
    answers.push(
      (await system.call("POST", `/v1/sync/${id}/link`, { environmentId: id })).body,
      (await system.call("POST", `/v1/sync/${id}/connect`, { tenantId: id })).body,
    );
  }
  return JSON.stringify(answers);
}

/** The board shows one state's jobs of the queue that is asked for, so each is asked for. */
async function readBoard(system: TestSystem): Promise<string> {
  const answers: unknown[] = [];
  for (const activeQueue of ["runs", "validations", "upkeep"])
    for (const status of ["latest", "completed", "failed", "delayed", "waiting"]) {
      const query = `activeQueue=${activeQueue}&status=${status}&page=1&jobsPerPage=200`;
      answers.push(await ok(system, "GET", `/ops/queues/api/queues?${query}`));
    }
  return JSON.stringify(answers);
}

/**
 * The forms in which a value could stand somewhere: as it is, within JSON, in URLs, in base64 at each of the three
 * alignments, and in hexadecimal.
 */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return whole.slice(offset === 0 ? 0 : 4, -2);
  });
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), bytes.toString("hex")];
  return [...new Set([...forms, ...base64])];
}
