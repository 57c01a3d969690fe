import { expect, test } from "@jest/globals";
import { openBrowser } from "../../testing/browser.ts";
import { startControl, type TestControl } from "../../testing/control.ts";
import { FROM_HERE } from "../../testing/people.ts";
import { createPerson } from "@kvsync/store";
import { hashPassword } from "../passwords/argon2.ts";

const PERSON = { email: "a@b.example", password: "a rather long one" };
const ISSUER = "https://secrets.example.com";

async function givenUser({ database }: TestControl): Promise<void> {
  const { email, password } = PERSON;
  await createPerson(database, { email, name: "A", passwordHash: await hashPassword(password) });
}

test("where the issuer is published over HTTPS, no session begins over plain HTTP, and the answer says what to set", async () => {
  const control = await startControl({ issuer: ISSUER });
  try {
    await givenUser(control);
    const { status, text, headers } = await openBrowser(control).signIn(PERSON.email, PERSON.password);
    expect(status).toBe(400);
    expect(text).toContain("TRUST_PROXY");
    expect(headers.get("set-cookie")).toBeNull();
  } finally {
    await control.stop();
  }
});

test("behind a trusted proxy the cookie is for HTTPS and this host alone", async () => {
  const control = await startControl({ issuer: ISSUER, trustProxy: 1 });
  try {
    await givenUser(control);
    const headers = { ...FROM_HERE, "x-forwarded-proto": "https" };
    const answer = await openBrowser(control).send("POST", "/v1/session", PERSON, headers);
    expect(answer.status).toBe(201);
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-kvsync=/);
    for (const flag of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"])
      expect(cookie.split("; ")).toContain(flag);
    expect(cookie).not.toContain("Domain");
  } finally {
    await control.stop();
  }
});

test("an admin who can only read sees the queues, and can't retry or clean jobs", async () => {
  const control = await startControl();
  try {
    const { token } = await control.token({ role: "admin", permission: "read" });
    expect((await control.ask("GET", "/ops/queues/api/queues", { token })).status).toBe(200);
    const clean = await control.ask("PUT", "/ops/queues/api/queues/runs/clean/failed", { token });
    expect(clean.status).toBe(403);
    expect(clean.body).toMatchObject({ code: "FORBIDDEN" });
  } finally {
    await control.stop();
  }
});
