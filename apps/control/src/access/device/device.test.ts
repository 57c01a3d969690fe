import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TokenBody } from "@kvsync/contracts/api";
import { startControl, type Answer, type TestControl } from "../../testing/control.ts";
import { givenProject } from "../../testing/given.ts";
import { givenPerson, type GivenPerson } from "../../testing/people.ts";
import { refusalOf } from "./routes.ts";

const CLI = { clientId: "enkryptify-cli" };
const TOKENS = "/v1/workspace/default/tokens";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

type Codes = Readonly<{ deviceCode: string; userCode: string }>;
const anonymous = <Body>(path: string, body: unknown): Promise<Answer<Body>> =>
  control.ask<Body>("POST", path, { token: null, body });
const begin = async (): Promise<Codes> => (await anonymous<Codes>("/v1/auth/device/code", CLI)).body;
const poll = ({ deviceCode }: Codes, more: object = CLI) =>
  anonymous<{ accessToken: string; error?: string }>("/v1/auth/device/token", { deviceCode, ...more });
const decide = ({ ask }: GivenPerson, { userCode }: Codes, approve: boolean) =>
  ask("POST", "/v1/auth/device/decide", { body: { userCode, approve } });

test("the codes, in the shape that Enkryptify's client reads", async () => {
  const { status, body } = await anonymous("/v1/auth/device/code", CLI);
  expect(status).toBe(200);
  expect(body).toEqual({
    deviceCode: expect.stringMatching(/^[\w-]{43}$/),
    userCode: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
    verificationUri: `${control.origin}/device`,
    verificationUriComplete: expect.stringMatching(/\/device\?user_code=[A-Z-]{9}$/),
    expiresIn: 900,
    interval: 5,
  });
  const { deviceCode, userCode } = body as Codes;
  const rows = JSON.stringify(await control.database.deviceLogin.findMany());
  expect(rows).not.toContain(deviceCode);
  expect(rows).not.toContain(userCode.replace("-", ""));
});

test("a person approves, and the device gets a token of theirs, once", async () => {
  const person = await givenPerson(control, { role: "developer" });
  const codes = await begin();
  expect(await poll(codes)).toMatchObject({ status: 400, body: { error: "authorization_pending" } });
  const typed = ` ${codes.userCode.toLowerCase().replace("-", " ")}`;
  const looked = await person.ask("POST", "/v1/auth/device/look", { body: { userCode: typed } });
  expect(looked.body).toEqual({ clientId: "enkryptify-cli", expiresAt: expect.any(String) });
  expect((await decide(person, codes, true)).status).toBe(204);
  const { status, body } = await poll(codes);
  expect(status).toBe(200);
  expect(body).toEqual({
    accessToken: expect.stringMatching(/^ek_live_/),
    tokenType: "Bearer",
    expiresIn: 2_592_000,
  });
  expect(await poll(codes)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  const { accessToken: token } = body;
  expect((await control.ask("GET", "/v1/me", { token })).body).toMatchObject({ email: person.email });
  const list = await person.ask<TokenBody[]>("GET", TOKENS);
  expect(list.body).toMatchObject([{ type: "login", name: "ek login", isOwner: true }]);
});

test("many polls at once get one token", async () => {
  const codes = await begin();
  await decide(await givenPerson(control), codes, true);
  const answers = await Promise.all([poll(codes), poll(codes), poll(codes)]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("logging out revokes the token and those made with it", async () => {
  const person = await givenPerson(control);
  const { environments } = await givenProject(control);
  const codes = await begin();
  await decide(person, codes, true);
  const { accessToken: token } = (await poll(codes)).body;
  const [environmentId] = environments;
  const sdk = await control.ask<{ token: string }>("POST", `${TOKENS}/cli`, {
    token,
    body: { environmentId },
  });
  expect(sdk.status).toBe(200);
  expect((await control.ask("POST", "/v1/auth/cli/logout", { token, body: {} })).body).toEqual({
    revoked: true,
  });
  for (const ended of [token, sdk.body.token])
    expect((await control.ask("GET", "/v1/me", { token: ended })).status).toBe(401);
  const kept = await control.token();
  const answer = await control.ask("POST", "/v1/auth/cli/logout", { token: kept.token, body: {} });
  expect(answer.body).toEqual({ revoked: false });
  expect((await control.ask("GET", "/v1/me", { token: kept.token })).status).toBe(200);
});

test("another password ends what was signed in, and what was approved, with the old one; API tokens go on", async () => {
  const person = await givenPerson(control);
  const codes = await begin();
  await decide(person, codes, true);
  const { accessToken: token } = (await poll(codes)).body;
  const approved = await begin();
  await decide(person, approved, true);
  const kept = await control.token({ userId: person.userId, role: null });
  const body = { current: person.password, password: "something else entirely" };
  expect((await person.ask("POST", "/v1/session/password", { body })).status).toBe(204);
  expect((await control.ask("GET", "/v1/me", { token })).status).toBe(401);
  expect(await poll(approved)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  expect((await control.ask("GET", "/v1/me", { token: kept.token })).status).toBe(200);
});

test("a denial, and a decision, are final", async () => {
  const person = await givenPerson(control);
  const codes = await begin();
  expect((await decide(person, codes, false)).status).toBe(204);
  expect(await poll(codes)).toMatchObject({ status: 400, body: { error: "access_denied" } });
  expect((await decide(person, codes, true)).status).toBe(404);
});

test("codes end with time, and are forgotten a day later", async () => {
  const person = await givenPerson(control);
  const codes = await begin();
  await control.database.deviceLogin.updateMany({ data: { expiresAt: new Date() } });
  expect(await poll(codes)).toMatchObject({ status: 400, body: { error: "expired_token" } });
  expect((await decide(person, codes, true)).status).toBe(404);
  await control.database.deviceLogin.updateMany({ data: { expiresAt: new Date(Date.now() - 90_000_000) } });
  await begin();
  expect(await control.database.deviceLogin.count()).toBe(1);
});

test("an approval that came too late to be fetched brings nothing", async () => {
  const codes = await begin();
  await decide(await givenPerson(control), codes, true);
  await control.database.deviceLogin.updateMany({ data: { expiresAt: new Date() } });
  expect(await poll(codes)).toMatchObject({ status: 400, body: { error: "expired_token" } });
});

test("a code of another client's, or of nobody's, is none", async () => {
  const codes = await begin();
  expect(await poll(codes, { clientId: "kvsync-cli" })).toMatchObject({
    status: 400,
    body: { error: "invalid_grant" },
  });
  expect(await poll({ ...codes, deviceCode: "x" })).toMatchObject({ body: { error: "invalid_grant" } });
  expect((await anonymous("/v1/auth/device/code", { clientId: "other" })).status).toBe(400);
});

test("only a browser's session decides: a token can't approve itself further", async () => {
  const codes = await begin();
  const { token } = await control.token();
  for (const [path, body] of [
    ["look", { userCode: codes.userCode }],
    ["decide", { userCode: codes.userCode, approve: true }],
  ] as const)
    expect((await control.ask("POST", `/v1/auth/device/${path}`, { token, body })).status).toBe(401);
});

test("trying codes out is stopped after a few", async () => {
  const person = await givenPerson(control);
  const guess = (userCode: string) => person.ask("POST", "/v1/auth/device/look", { body: { userCode } });
  for (let tries = 0; tries < 5; tries += 1) expect((await guess("BBBB-BBBB")).status).toBe(404);
  const { status, headers } = await guess((await begin()).userCode);
  expect(status).toBe(429);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
});

test("what a poll is told, by what became of the sign-in", () => {
  const now = new Date();
  const [later, before] = [new Date(now.getTime() + 1), new Date(now.getTime() - 1)];
  expect(refusalOf(null, now)).toBe("invalid_grant");
  expect(refusalOf({ state: "pending", expiresAt: later }, now)).toBe("authorization_pending");
  expect(refusalOf({ state: "denied", expiresAt: before }, now)).toBe("access_denied");
  expect(refusalOf({ state: "pending", expiresAt: now }, now)).toBe("expired_token");
  expect(refusalOf({ state: "redeemed", expiresAt: later }, now)).toBe("invalid_grant");
});
