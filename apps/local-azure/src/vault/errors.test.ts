import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Reply } from "../../testing/https.ts";
import { messageOf, refusalOf } from "../../testing/refusal.ts";
import { startWorld, type World } from "../../testing/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world.stop();
});

afterEach(() => {
  world.azure.knobs.reset();
});

const set = (name: string, body: unknown = { value: "v" }): Promise<Reply> =>
  world.call(`/secrets/${name}`, { method: "PUT", body });

describe("A malformed request", () => {
  test.each(["under_score", "dot.dot", "a%2Fb", "nul%00", "%C3%A9", "a".repeat(128)])(
    "with the name %s is a BadParameter that echoes the name",
    async (name) => {
      const reply = await set(name);
      expect(refusalOf(reply)).toEqual([400, "BadParameter"]);
      expect(messageOf(reply)).toBe(`The request URI contains an invalid name: ${decodeURIComponent(name)}`);
    },
  );

  test("with broken percent-encoding is a BadParameter", async () => {
    expect(refusalOf(await set("%E0%A4%A"))).toEqual([400, "BadParameter"]);
  });

  test("without api-version, or with an unknown one, is a BadParameter", async () => {
    const token = await world.accessToken();
    const url = `${world.azure.addressesOf(world.vault).localUri}secrets`;
    const headers = { authorization: `Bearer ${token}` };
    expect(refusalOf(await world.https.call(url, { headers }))).toEqual([400, "BadParameter"]);
    const unknown = await world.https.call(`${url}?api-version=1999-01-01`, { headers });
    expect(messageOf(unknown)).toBe(
      "The specified version (1999-01-01) is not recognized. Consider using the latest supported version (2026-04-01).",
    );
  });

  test.each([
    ["no JSON", "{"],
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ["an array", []],
    ["a string", '"text"'],
    ["null", "null"],
    ["no value", {}],
    ["a number as value", { value: 5 }],
    ["a wrong tag", { value: "v", tags: { a: 1 } }],
    ["a wrong attribute", { value: "v", attributes: { enabled: "yes" } }],
    ["a time before 1970", { value: "v", attributes: { exp: -2_085_978_496 } }],
    ["a fraction as time", { value: "v", attributes: { nbf: 1.5 } }],
    ["a long content type", { value: "v", contentType: "c".repeat(256) }],
    ["a long tag name", { value: "v", tags: { ["t".repeat(513)]: "" } }],
    ["a long tag value", { value: "v", tags: { t: "v".repeat(257) } }],
  ])("whose body is %s is a BadParameter", async (_, body) => {
    expect(refusalOf(await set("malformed", body))).toEqual([400, "BadParameter"]);
    expect((await world.call("/secrets/malformed")).status).toBe(404);
  });

  test("never has its body quoted", async () => {
    const reply = await set("quoted", '{"value": "canary-5b1f", }');
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain("canary");
  });

  test("with sixteen tags has Key Vault's text, and fifteen are accepted", async () => {
    const tags = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${String(index)}`, "x"]));
    const reply = await set("tagged", { value: "v", tags: tags(16) });
    expect([reply.status, messageOf(reply)]).toEqual([400, "Property  has invalid value\r\n"]);
    expect((await set("tagged", { value: "v", tags: tags(15) })).status).toBe(200);
  });

  test("with a value over 25,600 characters is SecretTooLarge, and just that many are accepted", async () => {
    const reply = await set("large", { value: "x".repeat(25_601) });
    expect(refusalOf(reply)).toEqual([400, "BadParameter", "SecretTooLarge"]);
    expect(messageOf(reply)).toBe("Secret is beyond the maximum permitted length of 25600 characters.");
    expect((await set("large", { value: "€".repeat(25_600) })).status).toBe(200);
  });

  test("with a body larger than any secret is a 413", async () => {
    expect((await set("huge", { value: "x".repeat(600_000) })).status).toBe(413);
  });

  test("by the wrong method is MethodNotAllowed", async () => {
    const reply = await world.call("/secrets/", { method: "PUT", body: { value: "v" } });
    expect(refusalOf(reply)).toEqual([405, "MethodNotAllowed"]);
    expect(messageOf(reply)).toBe("HTTP PUT not allowed");
    expect((await world.call("/secrets/a/b", { method: "DELETE" })).status).toBe(405);
  });

  test("for anything but secrets is a 404", async () => {
    expect((await world.call("/keys/a")).status).toBe(404);
    expect((await world.call("/secrets/a/b/c")).status).toBe(404);
    expect((await world.call("/")).status).toBe(404);
  });

  test.each(["maxresults=0", "maxresults=26", "maxresults=many", "$skiptoken=nonsense"])(
    "with the query %s is a BadParameter",
    async (query) => {
      expect(refusalOf(await world.call(`/secrets?${query}`))).toEqual([400, "BadParameter"]);
    },
  );

  test("with a corrupt backup is refused as such", async () => {
    for (const value of ["AAAA", Buffer.alloc(100).toString("base64url")]) {
      const reply = await world.call("/secrets/restore", { method: "POST", body: { value } });
      expect(refusalOf(reply)).toEqual([400, "Malformed backup blob"]);
      expect(messageOf(reply)).toBe("Backup blob is corrupt.");
    }
  });
});

describe("A secret that isn't there", () => {
  test.each([
    ["GET", "/secrets/missing", "missing"],
    ["GET", "/secrets/missing/0123", "missing/0123"],
    ["PATCH", "/secrets/missing", "missing"],
    ["DELETE", "/secrets/missing", "missing"],
    ["POST", "/secrets/missing/backup", "missing"],
    ["POST", "/deletedsecrets/missing/recover", "missing"],
  ])("is a SecretNotFound for %s %s", async (method, path, named) => {
    const reply = await world.call(path, { method, ...(method === "PATCH" ? { body: {} } : {}) });
    expect(refusalOf(reply)).toEqual([404, "SecretNotFound"]);
    expect(messageOf(reply)).toBe(
      `A secret with (name/id) ${named} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
    );
  });

  test("is not found among the deleted ones in other words", async () => {
    const reply = await world.call("/deletedsecrets/missing");
    expect(refusalOf(reply)).toEqual([404, "SecretNotFound"]);
    expect(messageOf(reply)).toBe("Deleted Secret not found: missing");
  });

  test("has an empty list of versions", async () => {
    const { status, body } = await world.call("/secrets/missing/versions");
    expect([status, body]).toEqual([200, { value: [], nextLink: null }]);
  });
});

describe("A secret that belongs to a certificate", () => {
  test("is marked as managed and can be read, but not set or deleted", async () => {
    world.azure.seedSecret("webshop", "certified", { value: "pfx", managed: true });
    const read = await world.call("/secrets/certified");
    expect(read.body).toMatchObject({ managed: true, kid: expect.stringContaining("/keys/certified/") });
    const written = await set("certified");
    expect(refusalOf(written)).toEqual([403, "Forbidden", "SecretManagedByKeyVault"]);
    expect(messageOf(written)).toBe(
      'Operation "set" is not allowed as this object\'s lifetime is managed by Key Vault.',
    );
    const deleted = await world.call("/secrets/certified", { method: "DELETE" });
    expect(refusalOf(deleted)).toEqual([403, "Forbidden", "SecretManagedByKeyVault"]);
  });
});

describe("A disabled secret", () => {
  test("can't be read, but listed, changed and set", async () => {
    const made = await set("off", { value: "v", attributes: { enabled: false } });
    expect(made.body).toMatchObject({ value: "v", attributes: { enabled: false } });
    const reply = await world.call("/secrets/off");
    expect(refusalOf(reply)).toEqual([403, "Forbidden", "SecretDisabled"]);
    expect(messageOf(reply)).toBe("Operation get is not allowed on a disabled secret.");
    const patched = await world.call("/secrets/off", { method: "PATCH", body: { tags: { a: "b" } } });
    expect(patched.body).toMatchObject({ tags: { a: "b" }, attributes: { enabled: false } });
    expect((await set("off")).status).toBe(200);
    expect((await world.call("/secrets/off")).status).toBe(200);
  });
});

describe("Every answer", () => {
  test("carries Key Vault's headers, the client's request id among them", async () => {
    const { headers } = await world.call("/secrets", { headers: { "x-ms-client-request-id": "mine" } });
    expect(headers).toMatchObject({
      "cache-control": "no-cache",
      pragma: "no-cache",
      expires: "-1",
      "content-type": "application/json; charset=utf-8",
      "strict-transport-security": "max-age=31536000;includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-ms-client-request-id": "mine",
      "x-ms-keyvault-region": "westeurope",
      "x-ms-keyvault-network-info": "conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;",
    });
    expect(headers["x-ms-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["x-ms-keyvault-service-version"]).toEqual(expect.any(String));
  });
});
