import { describe, expect, test } from "@jest/globals";
import type { Vault } from "../port.ts";
import {
  allOf,
  failure,
  onlyItem,
  outcomeOf,
  plain,
  signal,
  WINDOW_MS,
  type MakeSubject,
  type Outcome,
} from "./subject.ts";

const isWritten = { result: expect.objectContaining({ version: expect.any(String) }) };

export function describeWriting(makeSubject: MakeSubject): void {
  describe("set", () => {
    const setting = (vault: Vault, name: string): Promise<Outcome<unknown>> =>
      outcomeOf(vault.set(name, "new", plain, signal));

    test("makes a secret and gives its receipt", async () => {
      const { vault, others, now } = await makeSubject();
      const started = Math.floor(now() / 1000);
      const written = await vault.set("A-1", "line one\nline two \u{1F511}\0", plain, signal);
      expect(written).toEqual({
        version: expect.stringMatching(/^[0-9a-f]{32}$/),
        updated: expect.any(Number),
        requestId: expect.stringMatching(/./),
      });
      expect(written.updated).toBeGreaterThanOrEqual(started);
      expect(written.updated).toBeLessThanOrEqual(Math.floor(now() / 1000));
      expect(others.peek("a-1")).toBe("line one\nline two \u{1F511}\0");
      const [version] = await vault.versions("A-1", signal);
      expect(version).toMatchObject({ version: written.version, updated: written.updated });
    });

    test("makes a version that carries over nothing, not even for an equal value", async () => {
      const { vault, others } = await makeSubject();
      const rich = { tags: { a: "b" }, contentType: "text/plain", notBefore: 1, expires: 4_102_444_800 };
      const first = await vault.set("a", "1", rich, signal);
      const second = await vault.set("a", "1", plain, signal);
      expect(second.version).not.toBe(first.version);
      expect(others.peek("a")).toBe("1");
      expect(await onlyItem(vault)).toMatchObject({
        ...plain,
        contentType: undefined,
        notBefore: undefined,
        expires: undefined,
      });
    });

    test("under another case is a version of the same secret, which keeps its spelling", async () => {
      const { vault, others } = await makeSubject();
      await vault.set("Some-Name", "1", plain, signal);
      await vault.set("SOME-name", "2", plain, signal);
      expect(await onlyItem(vault)).toMatchObject({ name: "Some-Name" });
      expect(await vault.versions("some-NAME", signal)).toHaveLength(2);
      expect(others.peek("SOME-NAME")).toBe("2");
    });

    test("enables a disabled secret, since its new version is enabled; the old one stays disabled", async () => {
      const { vault, others } = await makeSubject();
      const first = await vault.set("a", "1", plain, signal);
      await others.amend("a", { enabled: false });
      const second = await vault.set("a", "2", plain, signal);
      expect(await onlyItem(vault)).toMatchObject({ enabled: true });
      const versions = await vault.versions("a", signal);
      const enabled = new Map(versions.map((version) => [version.version, version.enabled]));
      expect([enabled.get(first.version), enabled.get(second.version)]).toEqual([false, true]);
    });

    test("makes a disabled version where that is asked for", async () => {
      const { vault, others } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      await vault.set("a", "2", { tags: { a: "b" }, enabled: false }, signal);
      expect(await onlyItem(vault)).toMatchObject({ enabled: false, tags: { a: "b" } });
      expect(others.peek("a")).toBe("2");
      await vault.set("a", "3", { ...plain, enabled: true }, signal);
      expect(await onlyItem(vault)).toMatchObject({ enabled: true });
    });

    test("is refused while the name is deleted, on its way out or back, or just purged", async () => {
      const { vault, pass } = await makeSubject();
      await vault.set("name", "1", plain, signal);
      await vault.remove("name", signal);
      expect(await setting(vault, "Name")).toEqual(failure("VAULT_SECRET_BEING_DELETED", "Name"));
      pass(WINDOW_MS);
      expect(await setting(vault, "Name")).toEqual(failure("VAULT_SECRET_DELETED", "Name"));
      await vault.recover("name", signal);
      expect(await setting(vault, "Name")).toEqual(failure("VAULT_SECRET_BEING_RECOVERED", "Name"));
      pass(WINDOW_MS);
      expect(await setting(vault, "Name")).toEqual(isWritten);
      expect(await vault.versions("name", signal)).toHaveLength(2);
      await vault.remove("name", signal);
      pass(WINDOW_MS);
      await vault.purge("name", signal);
      expect(await setting(vault, "Name")).toEqual(failure("VAULT_SECRET_BEING_DELETED", "Name"));
      pass(WINDOW_MS);
      expect(await setting(vault, "Name")).toEqual(isWritten);
      expect(await onlyItem(vault)).toMatchObject({ name: "Name" });
    });

    test("is refused for what belongs to a certificate, and changes nothing", async () => {
      const { vault, others } = await makeSubject();
      await others.addManaged("cert", "-----BEGIN");
      expect(await setting(vault, "Cert")).toEqual(failure("VAULT_SECRET_MANAGED", "Cert"));
      expect(others.peek("cert")).toBe("-----BEGIN");
      expect(await vault.versions("cert", signal)).toHaveLength(1);
    });

    test("of one name by many at once makes as many versions, one of which is the current one", async () => {
      const { vault, others } = await makeSubject();
      await vault.set("a", "0", plain, signal);
      const values = Array.from({ length: 8 }, (_, n) => `${n}`);
      const names = ["a", "A"];
      const written = await Promise.all(
        values.map((value, n) => vault.set(names[n % 2] ?? "a", value, { tags: { value } }, signal)),
      );
      const versions = await vault.versions("a", signal);
      expect(new Set(versions.map(({ version }) => version)).size).toBe(9);
      const current = (await onlyItem(vault)).tags["value"];
      expect(others.peek("a")).toBe(current);
      const receipt = written[values.indexOf(current ?? "")];
      expect(versions.find(({ version }) => version === receipt?.version)?.tags).toEqual({ value: current });
    });

    test("of many names at once makes each of them", async () => {
      const { vault, others } = await makeSubject();
      await allOf(vault.list(signal));
      const names = Array.from({ length: 40 }, (_, n) => `name-${n}`);
      await Promise.all(names.map((name) => vault.set(name, `of ${name}`, plain, signal)));
      for (const name of names) expect(others.peek(name)).toBe(`of ${name}`);
    });

    test("against a deletion at once ends in one of the two, and is told which", async () => {
      const { vault, pass } = await makeSubject();
      await vault.set("a", "1", plain, signal);
      const [set] = await Promise.all([setting(vault, "a"), vault.remove("a", signal)]);
      if ("failure" in set) expect(set).toEqual(failure("VAULT_SECRET_BEING_DELETED", "a"));
      pass(WINDOW_MS);
      expect(await vault.isDeleted("a", signal)).toBe(true);
      await vault.recover("a", signal);
      pass(WINDOW_MS);
      expect(await vault.versions("a", signal)).toHaveLength("failure" in set ? 1 : 2);
    });
  });
}
