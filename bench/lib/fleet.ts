import { createApplication, createVault, until } from "./azure.ts";
import { addSecrets, createProject, createSync } from "./scenario.ts";
import type { Stack } from "./stack.ts";

/** So many syncs are set up at once. */
const AT_ONCE = 8;

/** Syncs with a project, an app registration and a vault each. Resolves when all have done their first push. */
export async function createFleet(
  stack: Stack,
  size: number,
  secretsEach: number,
  log: (line: string) => void,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < size) {
      const number = next++;
      const project = await createProject(stack, `fleet-${number}`);
      await addSecrets(stack, project, secretsEach);
      const vault = await createVault(stack, `fleet-${number}`);
      const application = await createApplication(stack, `fleet-${number}`, vault);
      await createSync(stack, { project, vault, application });
      if ((number + 1) % 250 === 0) log(`${number + 1} syncs are set up`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await until("all syncs have done their first push", async () => (await upToDate(stack)) === size, {
    everyMs: 250,
    withinMs: 300_000,
  });
}

async function upToDate({ database }: Stack): Promise<number> {
  const [row] = await database.$queryRaw<Array<{ count: number }>>`
    SELECT count(*)::int AS count FROM "Sync" s WHERE "state" = 'active' AND "leaseOwner" IS NULL
      AND "wantedGeneration" = "doneGeneration" AND "wantedCheck" = "doneCheck"
      AND EXISTS (SELECT 1 FROM "Run" r WHERE r."syncId" = s."id" AND r."state" = 'succeeded')`;
  return row?.count ?? 0;
}

/** Makes all scheduled checks due, with one statement. */
export async function makeChecksDue({ database }: Stack): Promise<void> {
  await database.$executeRaw`
    UPDATE "Sync" SET "schedule" = '0 3 * * *', "timeZone" = 'UTC', "nextScheduledAt" = now() - interval '1 second'`;
}

/**
 * Makes all syncs due as events do whose changes were taken back before anybody looked, with one statement. The sweeper
 * finds them, as after an outage of Redis.
 */
export async function makeEventsDue({ database }: Stack): Promise<void> {
  await database.$executeRaw`UPDATE "Sync" SET "wantedGeneration" = "wantedGeneration" + 1`;
}

/** All runs since a moment, together. Times in milliseconds. */
export type Rush = Readonly<{ runs: number; checked: number; tookMs: number; waitedMs: number }>;

/**
 * Makes all syncs due and waits until each has run.
 *
 * @returns how long it took from the first run's begin to the last one's end, and how long the first waited
 */
export async function rush(
  stack: Stack,
  size: number,
  makeDue: (stack: Stack) => Promise<void>,
): Promise<Rush> {
  const at = Date.now();
  await makeDue(stack);
  const { first, last, checked } = await until(
    "all syncs have run",
    async () => {
      const found = await ranSince(stack, at);
      return found.good === size && found;
    },
    { everyMs: 100, withinMs: 120_000 },
  );
  return { runs: size, checked, tookMs: last - first, waitedMs: first - at };
}

async function ranSince(
  { database }: Stack,
  at: number,
): Promise<{ good: number; checked: number; first: number; last: number }> {
  const [row] = await database.$queryRaw<
    Array<{ good: number; checked: number; first: number | null; last: number | null; bad: number }>
  >`
    SELECT count(*) FILTER (WHERE "state" = 'succeeded' AND "unchanged" = "total")::int AS good,
      count(*) FILTER (WHERE "state" NOT IN ('succeeded', 'running') OR "unchanged" <> "total")::int AS bad,
      count(*) FILTER (WHERE "checkedVault")::int AS checked,
      extract(epoch FROM min("startedAt"))::float8 * 1000 AS first,
      extract(epoch FROM max("endedAt"))::float8 * 1000 AS last
    FROM "Run" WHERE "startedAt" >= to_timestamp(${at / 1000}::float8) AND "endedAt" IS NOT NULL`;
  if (row === undefined) throw new Error("the database counts nothing");
  if (row.bad > 0) {
    const bad = await database.$queryRaw<object[]>`
      SELECT "state", "failureCode", "failureFields", "total", "unchanged", "failed", "blocked", count(*)::int FROM "Run"
      WHERE "startedAt" >= to_timestamp(${at / 1000}::float8) AND "endedAt" IS NOT NULL
        AND ("state" <> 'succeeded' OR "unchanged" <> "total") GROUP BY 1, 2, 3, 4, 5, 6, 7`;
    throw new Error(`${row.bad} runs ended otherwise than expected: ${JSON.stringify(bad)}`);
  }
  return { ...row, first: row.first ?? 0, last: row.last ?? 0 };
}
