import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { replay, type Known } from "./exchange.ts";
import { givenKnown } from "./given.ts";
import { typescriptSdkExchanges } from "./typescript-sdk.fixture.ts";

let control: TestControl;
let known: Known;
beforeAll(async () => {
  control = await startControl();
  known = await givenKnown(control, 1);
});
afterAll(() => control.stop());

test.each(typescriptSdkExchanges.map((exchange) => [exchange.what, exchange] as const))(
  "the TypeScript SDK, as it is published: %s",
  async (_what, exchange) => {
    await replay(control, exchange, known);
  },
);

test("the exchanged token reads what the token reads that it was exchanged for", async () => {
  const exchange = typescriptSdkExchanges.find(({ path }) => path === "/v1/auth/exchange");
  const list = typescriptSdkExchanges[0];
  if (exchange === undefined || list === undefined) throw new Error("the exchanges miss one");
  const { body } = await replay(control, exchange, known);
  const { accessToken } = body as { accessToken: string };
  const answer = await replay(control, list, { ...known, token: accessToken });
  expect(answer.headers.get("ratelimit-limit")).not.toBeNull();
});
