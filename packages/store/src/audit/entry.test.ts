import { expect, test } from "@jest/globals";
import { canonicalEntry, FIRST_HASH, hashOf, type AuditEntry } from "./entry.ts";

const entry: AuditEntry = {
  id: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a01",
  workspaceId: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a02",
  sequence: 1,
  at: new Date("2026-11-25T08:00:00.000Z"),
  actorKind: "person",
  userId: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a03",
  tokenId: null,
  actorName: "Zoë „Z“ \u2028",
  action: "secret.updated",
  kind: "UPDATE",
  entityType: "secret",
  entityId: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a04",
  entityName: "DATABASE_URL",
  projectId: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a05",
  environmentId: null,
  syncId: null,
  fields: { b: 1, a: [true, null, "x"], B: {}, é: "é" },
  before: null,
  after: { name: "DATABASE_URL" },
  previousHash: FIRST_HASH,
};

test("the canonical form is JSON without white space, members in the order of their code units", () => {
  expect(canonicalEntry(entry)).toBe(
    '{"action":"secret.updated","actor":{"kind":"person","name":"Zoë „Z“ \u2028","tokenId":null,' +
      '"userId":"0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a03"},"after":{"name":"DATABASE_URL"},' +
      '"at":"2026-11-25T08:00:00.000Z","before":null,"entity":{"id":"0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a04",' +
      '"name":"DATABASE_URL","type":"secret"},"fields":{"B":{},"a":[true,null,"x"],"b":1,"é":"é"},' +
      '"id":"0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a01","kind":"UPDATE",' +
      `"previousHash":"${"00".repeat(32)}","scope":{"environmentId":null,` +
      '"projectId":"0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a05","syncId":null},"sequence":1,"v":1,' +
      '"workspaceId":"0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a02"}',
  );
});

test("hashes as other implementations do", () => {
  expect(Buffer.from(hashOf(entry)).toString("hex")).toBe(
    "03d5ad4b421dc2171850e8daa8fee9d9c6cb503387bf1f8bff600f81bcfaf86f",
  );
  const second = { ...entry, sequence: 2, previousHash: hashOf(entry), fields: {}, actorName: "" };
  expect(Buffer.from(hashOf(second)).toString("hex")).toBe(
    "917661a7554b56e2008afecd7b563da4aa2c9132e6d33f48f61edc0b1f36f508",
  );
});

test.each(Object.keys(entry) as Array<keyof AuditEntry>)("another %s is another hash", (name) => {
  const others: Partial<Record<keyof AuditEntry, unknown>> = {
    sequence: 2,
    at: new Date(0),
    previousHash: new Uint8Array(32).fill(1),
    fields: { b: 2 },
    before: {},
    after: null,
  };
  const other = { ...entry, [name]: others[name] ?? (name === "after" ? null : "other") };
  expect(hashOf(other)).not.toEqual(hashOf(entry));
});

test.each([0.5, Number.NaN, 2 ** 60])("refuses the number %d", (number) => {
  expect(() => hashOf({ ...entry, fields: { number } })).toThrow(TypeError);
});
