import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { everywhere, randomName, startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenProject, givenSecrets, ok, type GivenProject } from "../testing/given.ts";

type Value = Readonly<{ environmentId: string; value: string; isPersonal: boolean }>;
type Shown = Readonly<{ id: string; name: string; values: readonly Value[] }>;
type Person = Readonly<{ memberId: string; token: string }>;

let control: TestControl;
let project: GivenProject;
let environmentId: string;
let address: string;
let ada: Person;
let ben: Person;
beforeAll(async () => {
  control = await startControl();
  [ada, ben] = [await givenPerson("ada"), await givenPerson("ben")];
});
afterAll(() => control.stop());
beforeEach(async () => {
  project = await givenProject(control);
  [environmentId = ""] = project.environments;
  await ok(control, "PATCH", `${project.path}/environment/${environmentId}`, { hasPersonalOverrides: true });
  await givenSecrets(control, project, { KEY: "shared" });
  address = `${project.path}/secret/${(await read(ada)).id}`;
});

/** A developer with a token of their own. */
async function givenPerson(name: string): Promise<Person> {
  const { database, workspaceId } = control;
  const { id: userId } = await database.user.create({
    data: { email: `${randomName(name)}@example.com`, name },
  });
  const { id: memberId } = await database.member.create({
    data: { workspaceId, userId, role: "developer", scope: everywhere },
  });
  return { memberId, token: (await control.token({ userId, role: null })).token };
}

async function read({ token }: Person | { token: string }): Promise<Shown> {
  return (await control.ask<Shown>("GET", `${project.path}/secret/KEY`, { token })).body;
}
const admin = (): { token: string } => ({ token: control.adminToken });
const valuesOf = ({ values }: Shown): Array<[boolean, string]> =>
  values.map(({ isPersonal, value }) => [isPersonal, value]);
const put = ({ token }: { token: string }, values: readonly object[]): ReturnType<TestControl["ask"]> =>
  control.ask("PUT", address, {
    token,
    body: { name: "KEY", type: "runtime", dataType: "text", values },
  });
const own = (value: string): Value => ({ environmentId, value, isPersonal: true });

describe("a personal value", () => {
  test("is seen by its owner alone, beside the shared one", async () => {
    const { values } = await read(ada);
    expect((await put(ada, [...values, own("ada's")])).status).toBe(200);
    expect(valuesOf(await read(ada))).toEqual([
      [false, "shared"],
      [true, "ada's"],
    ]);
    for (const other of [ben, admin()]) {
      expect(valuesOf(await read(other))).toEqual([[false, "shared"]]);
      const query = `?environmentId=${environmentId}&isPersonal=true`;
      const answer = await control.ask("GET", `${address}/value${query}`, { token: other.token });
      expect(answer).toMatchObject({ status: 404, body: { code: "VALUE_NOT_FOUND" } });
    }
  });

  test("is never anybody else's to lose: their replacement of all values leaves it", async () => {
    await put(ada, [...(await read(ada)).values, own("ada's")]);
    await put(ben, [...(await read(ben)).values, own("ben's")]);
    await put(admin(), [{ environmentId, value: "changed", isPersonal: false }]);
    expect(valuesOf(await read(ada))).toEqual([
      [false, "changed"],
      [true, "ada's"],
    ]);
    expect(valuesOf(await read(ben))).toContainEqual([true, "ben's"]);
  });

  test("goes when its owner replaces all values without it, and with a null", async () => {
    const shared = (await read(ada)).values;
    await put(ada, [...shared, own("ada's")]);
    await put(ada, shared);
    expect(valuesOf(await read(ada))).toEqual([[false, "shared"]]);
    await put(ada, [...shared, own("again")]);
    const body = { values: [{ environmentId, value: null, isPersonal: true }] };
    expect((await control.ask("PATCH", address, { token: ada.token, body })).status).toBe(200);
    expect(valuesOf(await read(ada))).toEqual([[false, "shared"]]);
  });

  test("is never synced: no sync hears of it, and it isn't among what a sync reads", async () => {
    const syncId = await givenActiveSync(control, project);
    await put(ada, [...(await read(ada)).values, own("ada's")]);
    const sync = await control.database.sync.findUniqueOrThrow({ where: { id: syncId } });
    expect(sync.wantedGeneration).toBe(0);
    expect(await control.database.secretValue.count({ where: { environmentId } })).toBe(1);
  });

  test("changes the owner's ETag, and nobody else's", async () => {
    const etagFor = async ({ token }: { token: string }): Promise<string | null> =>
      (await control.ask("GET", address, { token })).headers.get("etag");
    const before = [await etagFor(ada), await etagFor(ben)];
    await put(ada, [...(await read(ada)).values, own("ada's")]);
    expect(await etagFor(ada)).not.toBe(before[0]);
    expect(await etagFor(ben)).toBe(before[1]);
  });

  test("is removed with its owner's membership; the shared value stays", async () => {
    const cleo = await givenPerson("cleo");
    await put(cleo, [...(await read(cleo)).values, own("cleo's")]);
    await control.database.member.delete({ where: { id: cleo.memberId } });
    expect(await control.database.personalValue.count({ where: { memberId: cleo.memberId } })).toBe(0);
    expect(valuesOf(await read(admin()))).toEqual([[false, "shared"]]);
  });

  test("is kept and not shown while the environment has personal values switched off", async () => {
    await put(ada, [...(await read(ada)).values, own("ada's")]);
    const switched = (on: boolean): Promise<unknown> =>
      ok(control, "PATCH", `${project.path}/environment/${environmentId}`, { hasPersonalOverrides: on });
    await switched(false);
    expect(valuesOf(await read(ada))).toEqual([[false, "shared"]]);
    await put(ada, (await read(ada)).values);
    await switched(true);
    expect(valuesOf(await read(ada))).toContainEqual([true, "ada's"]);
  });

  test("opens in no other row: neither as another member's nor as the shared one", async () => {
    await put(ada, [...(await read(ada)).values, own("ada's")]);
    const { ciphertext, fingerprint } = await control.database.personalValue.findFirstOrThrow({
      where: { memberId: ada.memberId, environmentId },
    });
    const secretId = address.split("/").at(-1) ?? "";
    await control.database.personalValue.create({
      data: { secretId, environmentId, memberId: ben.memberId, ciphertext, fingerprint },
    });
    expect(await control.ask("GET", address, { token: ben.token })).toMatchObject({
      status: 500,
      body: { code: "VALUE_UNREADABLE" },
    });
    await control.database.personalValue.deleteMany({ where: { memberId: ben.memberId, environmentId } });
    await control.database.secretValue.updateMany({ where: { environmentId }, data: { ciphertext } });
    expect((await control.ask("GET", address, { token: ben.token })).status).toBe(500);
  });
});

describe("a personal value is refused", () => {
  test.each([
    ["of a token without a person", (): Promise<string> => Promise.resolve(control.adminToken)],
    [
      "where the environment has none",
      async (): Promise<string> => {
        await ok(control, "PATCH", `${project.path}/environment/${environmentId}`, {
          hasPersonalOverrides: false,
        });
        return ada.token;
      },
    ],
  ])("%s, and nothing changes", async (_what, tokenOf) => {
    const answer = await put({ token: await tokenOf() }, [own("mine")]);
    expect(answer).toMatchObject({ status: 400, body: { code: "VALIDATION" } });
    expect(valuesOf(await read(admin()))).toEqual([[false, "shared"]]);
  });
});
