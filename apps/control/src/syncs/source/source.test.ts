import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../../testing/control.ts";
import {
  connection,
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenSecrets,
  givenSync,
  ok,
} from "../../testing/given.ts";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

test("names the project's secrets, and counts them and the other syncs of each environment", async () => {
  const project = await givenProject(control, 2);
  const [first = "", second = ""] = project.environments;
  await givenSecrets(control, project, { B_KEY: "value-of-b", A: "value-of-a" });
  await givenSecrets(control, { ...project, environments: [second] }, { ONLY_SECOND: "v" });
  await givenSecrets(control, await givenProject(control), { ELSEWHERE: "v" });
  const other = await givenActiveSync(control, project, second);
  const syncId = await givenSync(control, project);
  const answer = await control.ask("GET", `/v1/sync/${syncId}/source`);
  expect(answer.body).toEqual({
    secretNames: ["A", "B_KEY", "ONLY_SECOND"],
    secretCount: 3,
    environments: [
      { id: first, name: "environment 0", secretCount: 2, syncs: [] },
      {
        id: second,
        name: "environment 1",
        secretCount: 3,
        syncs: [
          {
            id: other,
            name: "Azure Key Vault",
            state: "active",
            vaultUrl: connection.vaultUrl,
            prefix: "",
          },
        ],
      },
    ],
  });
  expect(answer.text).not.toContain("value-of");
});

test("leaves out the sync itself, and answers another workspace's like one that doesn't exist", async () => {
  const project = await givenProject(control);
  const syncId = await givenActiveSync(control, project);
  expect(await ok(control, "GET", `/v1/sync/${syncId}/source`)).toMatchObject({
    environments: [{ syncs: [] }],
  });
  const { syncId: theirs } = await givenForeignWorkspace(control);
  expect(await control.ask("GET", `/v1/sync/${theirs}/source`)).toMatchObject({
    status: 404,
    body: { code: "SYNC_NOT_FOUND" },
  });
});
