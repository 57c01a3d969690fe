import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { capturingLogger } from "@kvsync/testing";
import express from "express";
import { errorHandler } from "./errors.ts";

test("an error in the middle of an answer ends it, and is a line of the log", async () => {
  const { logger, lines } = capturingLogger("test");
  const app = express();
  app.get("/half", (_request, response, next) => {
    response.write("half of it", () => next(new Error("the rest is lost")));
  });
  app.use(errorHandler(logger));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/half`);
    await expect(response.text()).rejects.toThrow("terminated");
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: "warn", path: "/half", msg: "an answer broke off" },
    ]);
  } finally {
    server.close();
  }
});
