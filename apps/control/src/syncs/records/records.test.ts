import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type Answer, type TestControl } from "../../testing/control.ts";
import { givenActiveSync, givenForeignWorkspace, givenProject, notedOf, ok } from "../../testing/given.ts";

type Page = {
  records: Array<{ id: string; secretName: string; drifted: boolean; adoptable: boolean }>;
  nextCursor: string | null;
};

const TROUBLES = [
  { code: "VAULT_SECRET_CHANGED", state: "blocked", since: 5 },
  { code: "VAULT_SECRET_EXISTS", state: "blocked", since: 3 },
  { code: "VAULT_TIMEOUT", state: "failed", since: 9 },
];
const at = (day: number): Date => new Date(Date.UTC(2026, 10, day));

let control: TestControl;
let syncId: string;
const secretIds = Array.from({ length: 12 }, () => randomUUID());
beforeAll(async () => {
  control = await startControl();
  syncId = await givenActiveSync(control, await givenProject(control));
  await control.database.syncRecord.createMany({
    data: secretIds.map((secretId, index) => {
      const trouble = TROUBLES[index];
      return {
        syncId,
        secretId,
        secretName: `SECRET_${String(index).padStart(2, "0")}`,
        vaultName: `vault-${index}`,
        state: trouble?.state ?? "synced",
        failureCode: trouble?.code ?? null,
        failureFields: trouble === undefined ? {} : { vaultName: `vault-${index}` },
        failingSince: trouble === undefined ? null : at(trouble.since),
        nextAttemptAt: trouble?.code === "VAULT_TIMEOUT" ? new Date(Date.now() + 3_600_000) : null,
        writtenAt: index % 2 === 0 ? at(index + 1) : null,
      };
    }),
  });
});
afterAll(() => control.stop());

const list = (query: string): Promise<Page> => ok<Page>(control, "GET", `/v1/sync/${syncId}/records${query}`);
const names = async (query: string): Promise<string[]> =>
  (await list(query)).records.map(({ secretName }) => secretName.slice(-2));

/** All pages of a sort, page by page. */
async function walk(sort: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list(`?sort=${sort}&limit=2${cursor === null ? "" : `&cursor=${cursor}`}`);
    found.push(...page.records.map(({ secretName }) => secretName.slice(-2)));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

describe("records", () => {
  test.each([
    ["name", ["00", "01", "02"]],
    ["trouble", ["00", "01", "02"]],
    ["failingSince", ["01", "00", "02"]],
    ["nextAttemptAt", ["02"]],
    ["-writtenAt", ["10", "08", "06", "04", "02", "00"]],
  ])("come by %s, each once, whatever the pages", async (sort, first) => {
    const found = await walk(sort);
    expect(found.slice(0, first.length)).toEqual(first);
    expect(found.toSorted()).toEqual(secretIds.map((_, index) => String(index).padStart(2, "0")));
  });

  test("can be had by failure code, by drift, and by a part of the name in the vault", async () => {
    expect(await names("?code=VAULT_TIMEOUT")).toEqual(["02"]);
    expect(await names("?drift=true")).toEqual(["00"]);
    expect(await names("?search=VAULT-1")).toEqual(["01", "10", "11"]);
    expect(await names("?search=vault-1&state=blocked")).toEqual(["01"]);
  });

  test("tell what drifted and what may be taken over", async () => {
    const { records } = await list("?limit=3");
    expect(records.map(({ drifted, adoptable }) => [drifted, adoptable])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });

  test("are counted by state and failure; the filter's own count stands beside", async () => {
    expect(await ok(control, "GET", `/v1/sync/${syncId}/records/counts?code=VAULT_TIMEOUT`)).toEqual({
      matching: 1,
      states: { pending: 0, synced: 9, failed: 1, blocked: 2, removing: 0 },
      failures: expect.arrayContaining(TROUBLES.map(({ code }) => ({ code, count: 1 }))),
      drifted: 1,
    });
    expect(
      await ok(control, "GET", `/v1/sync/${syncId}/records/counts?search=SECRET_0&state=synced`),
    ).toMatchObject({ matching: 7, states: { synced: 7, blocked: 2 } });
  });

  test("a single one can be had by its id, of this sync alone", async () => {
    const [record] = (await list("?limit=1")).records;
    expect(await ok(control, "GET", `/v1/sync/${syncId}/records/${record?.id}`)).toEqual(record);
    const other = await givenActiveSync(control, await givenProject(control));
    for (const path of [`${other}/records/${record?.id}`, `${syncId}/records/nonsense`])
      expect((await control.ask("GET", `/v1/sync/${path}`)).status).toBe(404);
  });

  test("a cursor of another sort, and other nonsense, is refused", async () => {
    const place = (key: string): string =>
      Buffer.from(JSON.stringify([key, randomUUID()])).toString("base64url");
    for (const query of [
      `sort=failingSince&cursor=${place("SECRET_00")}`,
      `sort=-writtenAt&cursor=${place("2026-02-30T00:00:00.000Z")}`,
      `sort=nextAttemptAt&cursor=${place("0000-01-01T00:00:00.000Z")}`,
      "sort=size",
      "code=NONE",
      "drift=false",
    ])
      expect([query, (await control.ask("GET", `/v1/sync/${syncId}/records?${query}`)).status]).toEqual([
        query,
        400,
      ]);
  });
});

describe("trying again", () => {
  const retry = (body: unknown, id = syncId): Promise<Answer> =>
    control.ask("POST", `/v1/sync/${id}/records/retry`, { body });
  const wanted = async (): Promise<number> =>
    (await control.database.sync.findUniqueOrThrow({ where: { id: syncId } })).wantedGeneration;
  const due = (): Promise<number> =>
    control.database.syncRecord.count({ where: { syncId, nextAttemptAt: { lte: new Date() } } });

  test("is for secrets that fail: chosen ones, then all; it wants a run and is noted", async () => {
    const before = await wanted();
    expect(await retry({ secretIds: [secretIds[2], secretIds[5]] })).toMatchObject({
      status: 202,
      body: { retried: 1 },
    });
    expect([await due(), await wanted()]).toEqual([1, before + 1]);
    expect(await retry({})).toMatchObject({ status: 202, body: { retried: 3 } });
    expect([await due(), await wanted()]).toEqual([3, before + 2]);
    expect(await notedOf(control, syncId)).toMatchObject([
      { action: "records.retried", fields: { count: 3, secretIds: "all" } },
      { action: "records.retried", fields: { count: 1, secretIds: [secretIds[2]] } },
    ]);
  });

  test("asks for nothing where nothing fails", async () => {
    const before = await wanted();
    expect(await retry({ secretIds: [secretIds[7]] })).toMatchObject({ status: 202, body: { retried: 0 } });
    expect(await wanted()).toBe(before);
  });

  test("of a secret that the sync doesn't know is refused, and none is tried", async () => {
    const before = await wanted();
    const unknown = randomUUID();
    const answer = await retry({ secretIds: [secretIds[0], unknown] });
    expect(answer).toMatchObject({ status: 404, body: { code: "SECRET_NOT_FOUND" } });
    expect(answer.text).toContain(unknown);
    expect(await wanted()).toBe(before);
    expect((await retry({}, (await givenForeignWorkspace(control)).syncId)).status).toBe(404);
  });

  test("isn't for a paused sync", async () => {
    await ok(control, "POST", `/v1/sync/${syncId}/pause`);
    expect(await retry({})).toMatchObject({ status: 409, body: { code: "SYNC_STATE" } });
  });
});
