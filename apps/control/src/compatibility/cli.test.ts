import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync } from "../testing/given.ts";
import { cliExchanges } from "./cli.fixture.ts";
import { replay, type Known } from "./exchange.ts";
import { givenKnown } from "./given.ts";

let control: TestControl;
let known: Known;
beforeAll(async () => {
  control = await startControl();
  known = await givenKnown(control);
});
afterAll(() => control.stop());

test.each(cliExchanges.map((exchange) => [exchange.what, exchange] as const))(
  "ek, as it is published: %s",
  async (_what, exchange) => {
    await replay(control, exchange, known);
  },
);

test("an update carries every environment's values, and only the syncs of the changed one are told", async () => {
  const own = await givenKnown(control);
  const project = {
    id: own["projectId"] ?? "",
    slug: own["project"] ?? "",
    path: `/v1/workspace/default/project/${own["project"]}`,
    environments: [own["environmentId"] ?? "", own["otherEnvironmentId"] ?? ""],
  };
  const changed = await givenActiveSync(control, project, own["environmentId"]);
  const unchanged = await givenActiveSync(control, project, own["otherEnvironmentId"]);
  const update = cliExchanges.find(({ what }) => what.startsWith("secret update: all values"));
  if (update === undefined) throw new Error("the client's update isn't among its exchanges");
  await replay(control, update, own);
  const wanted = async (id: string): Promise<number> =>
    (await control.database.sync.findUniqueOrThrow({ where: { id } })).wantedGeneration;
  expect([await wanted(changed), await wanted(unchanged)]).toEqual([1, 0]);
});

test("what a list answers can be written back as it is", async () => {
  const own = await givenKnown(control);
  const path = `/v1/workspace/default/project/${own["project"]}/secret`;
  const list = await control.ask<Array<{ id: string; name: string; values: unknown }>>("GET", path);
  for (const { id, name, values } of list.body) {
    const body = { name, type: "runtime", dataType: "text", values };
    expect((await control.ask("PUT", `${path}/${id}`, { body })).status).toBe(200);
  }
  expect((await control.ask("GET", path)).body).toEqual(list.body);
});
