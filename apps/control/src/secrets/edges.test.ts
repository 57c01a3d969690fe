import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { until } from "@kvsync/testing";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenProject, givenSecrets, ok, type GivenProject, type Problem } from "../testing/given.ts";

type Shown = Readonly<{
  id: string;
  name: string;
  values: ReadonlyArray<Readonly<{ environmentId: string; value: string }>>;
}>;

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const list = (project: GivenProject): Promise<Shown[]> => ok(control, "GET", `${project.path}/secret`);

async function idOf(project: GivenProject, name: string): Promise<string> {
  return (await list(project)).find((secret) => secret.name === name)?.id ?? "";
}

test("renaming to a name that is taken is refused with that name, and changes nothing", async () => {
  const project = await givenProject(control);
  await givenSecrets(control, project, { FIRST: "1", SECOND: "2" });
  const before = await list(project);
  const values = [{ environmentId: project.environments[0], value: "changed", isPersonal: false }];
  const answer = await control.ask<Problem>(
    "PUT",
    `${project.path}/secret/${await idOf(project, "SECOND")}`,
    {
      body: { name: "FIRST", values },
    },
  );
  expect(answer.status).toBe(409);
  expect(answer.body).toEqual({ code: "SECRET_EXISTS", message: "These secrets exist already: FIRST" });
  expect(await list(project)).toEqual(before);
});

test("a change that had to wait for another's goes by what that one left", async () => {
  const project = await givenProject(control);
  await givenSecrets(control, project, { KEY: "same" });
  const secretId = await idOf(project, "KEY");
  const { database } = control;
  const fingerprint = async (): Promise<string> => {
    const { fingerprint: bytes } = await database.secretValue.findFirstOrThrow({ where: { secretId } });
    return Buffer.from(bytes).toString("hex");
  };
  const before = await fingerprint();
  const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const other = database.$transaction(
    async (transaction) => {
      await transaction.secret.update({ where: { id: secretId }, data: { version: { increment: 1 } } });
      await transaction.secretValue.updateMany({
        where: { secretId },
        data: { fingerprint: new Uint8Array(32) },
      });
      locked.resolve();
      await release.promise;
    },
    { timeout: 30_000 },
  );
  await locked.promise;
  const values = [{ environmentId: project.environments[0], value: "same", isPersonal: false }];
  const changing = control.ask("PATCH", `${project.path}/secret/${secretId}`, { body: { values } });
  await until("the change waits", async () => {
    const [row] = await database.$queryRaw<Array<{ waiting: number }>>`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`;
    return row?.waiting === 1;
  });
  release.resolve();
  await other;
  expect((await changing).status).toBe(200);
  expect(await fingerprint()).toBe(before);
});

describe("a secret in an address", () => {
  test("is read by its name or its id, and by the name where one looks like the other's id", async () => {
    const project = await givenProject(control);
    await givenSecrets(control, project, { PLAIN: "plain" });
    const id = await idOf(project, "PLAIN");
    const read = async (key: string): Promise<Shown> => ok(control, "GET", `${project.path}/secret/${key}`);
    expect((await read("PLAIN")).id).toBe(id);
    expect((await read(id)).name).toBe("PLAIN");
    await givenSecrets(control, project, { [id]: "impostor" });
    expect((await read(id)).values[0]?.value).toBe("impostor");
  });

  test("is found by its id in its own project alone", async () => {
    const [one, other] = [await givenProject(control), await givenProject(control)];
    await givenSecrets(control, one, { MINE: "1" });
    const id = await idOf(one, "MINE");
    for (const method of ["GET", "DELETE"])
      expect((await control.ask(method, `${other.path}/secret/${id}`)).status).toBe(404);
  });
});

describe("a value that can't be decrypted", () => {
  test("fails the list with the secret's name and id, and can be set anew with that", async () => {
    const project = await givenProject(control);
    await givenSecrets(control, project, { BROKEN: "lost", SOUND: "kept" });
    const id = await idOf(project, "BROKEN");
    await control.database.secretValue.updateMany({
      where: { secretId: id },
      data: { ciphertext: new Uint8Array(randomBytes(64)) },
    });
    const answer = await control.ask<Problem>("GET", `${project.path}/secret`);
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe("VALUE_UNREADABLE");
    expect(answer.body.message).toContain("BROKEN");
    expect(answer.body.message).toContain(id);
    expect((await control.ask("GET", `${project.path}/secret/SOUND`)).status).toBe(200);

    const values = [{ environmentId: project.environments[0], value: "new", isPersonal: false }];
    await ok(control, "PUT", `${project.path}/secret/${id}`, { name: "BROKEN", values });
    expect((await list(project)).map(({ values }) => values[0]?.value)).toEqual(["new", "kept"]);
  });

  test("moved to another secret's row it opens nothing", async () => {
    const project = await givenProject(control);
    await givenSecrets(control, project, { ONE: "first", TWO: "second" });
    const [one, two] = [await idOf(project, "ONE"), await idOf(project, "TWO")];
    const { ciphertext } = await control.database.secretValue.findFirstOrThrow({ where: { secretId: one } });
    await control.database.secretValue.updateMany({ where: { secretId: two }, data: { ciphertext } });
    const answer = await control.ask<Problem>("GET", `${project.path}/secret/TWO`);
    expect(answer.body.code).toBe("VALUE_UNREADABLE");
  });
});

describe("many secrets at once", () => {
  const named = (count: number): Array<{ key: string; value: string }> =>
    Array.from({ length: count }, (_, index) => ({ key: `NAME_${index}`, value: `value ${index}` }));

  test("two thousand in five environments are one change", async () => {
    const project = await givenProject(control, 5);
    const body = { environments: project.environments, secrets: named(2_000) };
    expect((await control.ask("POST", `${project.path}/secret`, { body })).status).toBe(201);
    expect(await control.database.secretValue.count({ where: { secret: { projectId: project.id } } })).toBe(
      10_000,
    );
  });

  test("more than ten thousand values are refused before anything is made", async () => {
    const project = await givenProject(control, 6);
    const body = { environments: project.environments, secrets: named(2_000) };
    const answer = await control.ask<Problem>("POST", `${project.path}/secret`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain("10000 values at most");
    expect(await list(project)).toEqual([]);
  });
});

test("creating and deleting the same secrets at the same time never fails on our side", async () => {
  const project = await givenProject(control, 2);
  const [first = "", second = ""] = project.environments;
  for (let round = 0; round < 10; round += 1) {
    await givenSecrets(control, { ...project, environments: [first] }, { RACED: "1" });
    const id = await idOf(project, "RACED");
    const secrets = [{ key: "RACED", value: "2" }];
    const [created, deleted] = await Promise.all([
      control.ask("POST", `${project.path}/secret`, { body: { environments: [second], secrets } }),
      control.ask("DELETE", `${project.path}/secret/${id}`),
    ]);
    expect(created.status).toBe(201);
    expect(deleted.status).toBe(200);
    for (const { id: left } of await list(project))
      await ok(control, "DELETE", `${project.path}/secret/${left}`);
  }
});
