import { expect, test } from "@jest/globals";
import { argon2Sync } from "node:crypto";
import { hashPassword, isOutdated, verifyPassword } from "./argon2.ts";
import { Gate } from "./gate.ts";
import { generatePassword } from "./generate.ts";

test("a hash names its parameters, is salted, and is verified by its password alone", async () => {
  const [one, other] = await Promise.all([hashPassword("secret"), hashPassword("secret")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(other);
  expect(await verifyPassword("secret", one)).toBe(true);
  expect(await verifyPassword("Secret", one)).toBe(false);
  expect(await verifyPassword("secret", null)).toBe(false);
  expect(isOutdated(one)).toBe(false);
});

test("the same letters composed otherwise are the same password", async () => {
  expect(await verifyPassword("u\u0308ber", await hashPassword("\u00fcber"))).toBe(true);
});

test("a hash of other parameters is verified, and told to be outdated", async () => {
  const nonce = Buffer.alloc(16, 1);
  const weak = { message: "secret", nonce, memory: 1_024, passes: 1, parallelism: 1, tagLength: 32 };
  const [salt, tag] = [nonce, argon2Sync("argon2id", weak)].map((part) =>
    part.toString("base64").replace(/=+$/, ""),
  );
  const hash = `$argon2id$v=19$m=1024,t=1,p=1$${salt}$${tag}`;
  expect(await verifyPassword("secret", hash)).toBe(true);
  expect(isOutdated(hash)).toBe(true);
});

test.each(["", "secret", "$argon2id$v=19$m=999999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "$2b$10$abc"])(
  "what is no hash of ours, “%s”, is nobody's password",
  async (hash) => {
    expect(await verifyPassword("secret", hash)).toBe(false);
  },
);

test("a gate lets so many in at once, in turn, and turns away who would wait too long", async () => {
  const gate = new Gate(2, 3);
  const leaves: Array<() => void> = [];
  let inside = 0;
  let most = 0;
  const visit = async (): Promise<void> =>
    gate.pass(async () => {
      most = Math.max(most, (inside += 1));
      await new Promise<void>((resolve) => leaves.push(resolve));
      inside -= 1;
    });
  const visits = Array.from({ length: 5 }, visit);
  await expect(visit()).rejects.toMatchObject({ status: 503, code: "UNAVAILABLE" });
  while (leaves.length > 0) {
    leaves.shift()?.();
    await new Promise(setImmediate);
  }
  await Promise.all(visits);
  expect(most).toBe(2);
  const failed = gate.pass(() => Promise.reject(new Error("inside")));
  await expect(failed).rejects.toThrow("inside");
  expect(await gate.pass(async () => "in")).toBe("in");
});

test("generated passwords are long, easy to read, and never twice the same", () => {
  const many = Array.from({ length: 100 }, generatePassword);
  expect(new Set(many).size).toBe(100);
  for (const password of many) expect(password).toMatch(/^([a-kmnp-z2-9]{5}-){3}[a-kmnp-z2-9]{5}$/);
});
