import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { freePort, rememberedPort } from "./ports.ts";
import { scratchFolder } from "./scratch.ts";

let folder: string;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function occupied<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use((server.address() as { port: number }).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("a port on the loopback interface", () => {
  test("is the preferred one when that is free", async () => {
    const port = await freePort();
    expect(await freePort(port)).toBe(port);
  });

  test("is another when the preferred one is taken", async () => {
    await occupied(async (port) => expect(await freePort(port)).not.toBe(port));
  });

  test("is remembered for the next start", async () => {
    const file = join(folder, "remembered");
    const port = await rememberedPort(file);
    expect(await rememberedPort(file, port + 1)).toBe(port);
  });

  test("is remembered anew when somebody else took the old one", async () => {
    const file = join(folder, "taken");
    await occupied(async (port) => {
      writeFileSync(file, `${port}\n`);
      const next = await rememberedPort(file);
      expect(next).not.toBe(port);
      expect(readFileSync(file, "utf8")).toBe(`${next}\n`);
    });
  });

  test.each(["", "http", "0", "70000", "-1"])("is chosen afresh when the file says %j", async (text) => {
    const file = join(folder, "nonsense");
    writeFileSync(file, text);
    expect(await rememberedPort(file)).toBeGreaterThan(0);
  });
});
