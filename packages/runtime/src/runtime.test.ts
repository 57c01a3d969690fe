import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createLogger } from "./logger.ts";
import { parseSettings, SettingsError } from "./settings.ts";
import { Shutdown } from "./shutdown.ts";

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger("test", "trace", { write: (line: string) => void lines.push(line) }));
  return lines.join("");
}

describe("settings", () => {
  const schema = z.object({
    PORT: z.coerce.number().int(),
    KEY: z.string().min(8),
    NAME: z.string().default("x"),
  });

  test("name everything that is missing or malformed at once, and never show a value", () => {
    const read = (): unknown => parseSettings(schema, { PORT: "abc-secret", KEY: "" });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/PORT: (?!.*abc-secret)[\s\S]*KEY: is missing/);
  });

  test("take defaults, and an empty variable for an absent one", () => {
    expect(parseSettings(schema, { PORT: "1", KEY: "12345678", NAME: "" })).toEqual({
      PORT: 1,
      KEY: "12345678",
      NAME: "x",
    });
  });
});

describe("the log", () => {
  test("hides what stands under the names of secrets, also one level down", () => {
    const lines = linesOf((logger) =>
      logger.info({ value: "canary", nested: { token: "canary" }, ok: "shown" }, "x"),
    );
    expect(lines).not.toContain("canary");
    expect(lines).toContain("shown");
  });

  test("shows of an error what helps and nothing that an SDK hung on it", () => {
    const cause = Object.assign(new Error("inner"), { code: "ECONNREFUSED", request: { body: "canary" } });
    const error = Object.assign(new Error("outer", { cause }), {
      statusCode: 403,
      body: "canary",
      details: "canary",
    });
    const lines = linesOf((logger) => logger.error({ err: error }, "failed"));
    expect(lines).not.toContain("canary");
    expect(JSON.parse(lines)).toMatchObject({
      err: { message: "outer", statusCode: 403, cause: { message: "inner", code: "ECONNREFUSED" } },
    });
  });
});

test("a shutdown runs its steps once, last added first, and goes on after one that fails", async () => {
  const order: string[] = [];
  const shutdown = new Shutdown(createLogger("test", "silent"));
  shutdown.add("first", () => void order.push("first"));
  shutdown.add("broken", () => {
    throw new Error("broken");
  });
  shutdown.add("last", async () => void order.push("last"));
  await Promise.all([shutdown.run(), shutdown.run()]);
  expect(order).toEqual(["last", "first"]);
});
