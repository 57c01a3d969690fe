import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { capturingLogger } from "@kvsync/testing";
import express, { type RequestHandler } from "express";
import { errorHandler } from "./errors.ts";

type Served = Readonly<{ address: string; lines: readonly string[] }>;

async function serving(
  path: string,
  handler: RequestHandler,
  look: (served: Served) => Promise<void>,
): Promise<void> {
  const { logger, lines } = capturingLogger("test");
  const app = express();
  app.get(path, handler);
  app.use(errorHandler(logger));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    await look({ address: `http://127.0.0.1:${port}${path}`, lines });
  } finally {
    server.close();
  }
}

test("an error in the middle of an answer ends it, and is a line of the log", () =>
  serving(
    "/half",
    (_request, response, next) => {
      response.write("half of it", () => next(new Error("the rest is lost")));
    },
    async ({ address, lines }) => {
      const response = await fetch(address);
      await expect(response.text()).rejects.toThrow("terminated");
      expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
        { level: "warn", path: "/half", msg: "an answer broke off" },
      ]);
    },
  ));

test("a file that isn't there any more is nothing found", () =>
  serving(
    "/file",
    (_request, response) => response.sendFile("/gone"),
    async ({ address, lines }) => {
      const response = await fetch(address);
      expect([response.status, await response.json(), lines]).toMatchObject([404, { code: "NOT_FOUND" }, []]);
    },
  ));
