import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { replay, withKnown, type Known } from "./exchange.ts";
import { givenKnown } from "./given.ts";
import { javaSdkExchanges } from "./java-sdk.fixture.ts";

let control: TestControl;
let known: Known;
beforeAll(async () => {
  control = await startControl();
  known = await givenKnown(control, 1);
});
afterAll(() => control.stop());

test.each(javaSdkExchanges.map((exchange) => [exchange.what, exchange] as const))(
  "the Java SDK, as it is published: %s",
  async (_what, exchange) => {
    await replay(control, exchange, known);
  },
);

/** `fetch` sends neither a GET with a length nor the offer of another protocol, so this one is written by hand. */
test("a GET with a length of nothing and an offer of HTTP/2 is answered over HTTP/1.1", async () => {
  const [exchange] = javaSdkExchanges.map((each) => withKnown(each, known));
  if (exchange === undefined) throw new Error("there is no exchange");
  const { origin } = control;
  const outgoing = request(`${origin}${exchange.path}`, {
    headers: {
      ...exchange.headers,
      authorization: `Bearer ${known["token"]}`,
      "content-length": "0",
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
    },
  });
  outgoing.end();
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  outgoing.once("error", reject).once("response", (response) => {
    void text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
  });
  const { status, body } = await promise;
  expect([status, JSON.parse(body)]).toEqual([200, exchange.answer.body]);
});
