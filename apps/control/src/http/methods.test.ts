import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { capturingLogger } from "@kvsync/testing";
import express, { Router, type Express } from "express";
import { errorHandler, notFound } from "./errors.ts";
import { refuseOtherMethods } from "./methods.ts";

function routers(): Express {
  const first = Router();
  first.get("/things", (_request, response) => void response.send("list"));
  first.post("/things", (_request, response) => void response.send("made"));
  first.get("/things/special", (_request, response) => void response.send("special"));
  const second = Router();
  second.delete("/things/:id", (_request, response) => void response.send("deleted"));
  second.get("/others", (_request, response) => void response.send("others"));
  const app = express();
  app.use("/api", refuseOtherMethods(first), refuseOtherMethods(second));
  app.use(notFound, errorHandler(capturingLogger("test").logger));
  return app;
}

describe("refusing other methods", () => {
  const server = routers().listen(0, "127.0.0.1");
  let origin: string;
  beforeAll(async () => {
    if (!server.listening) await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });

  test.each([
    ["GET", "/things", 200, null],
    ["HEAD", "/things", 200, null],
    ["POST", "/things/", 200, null],
    ["DELETE", "/things", 405, "GET, POST, HEAD"],
    ["OPTIONS", "/things", 405, "GET, POST, HEAD"],
    ["PATCH", "/THINGS/", 405, "GET, POST, HEAD"],
    ["POST", "/things/special", 405, "GET, HEAD"],
    ["DELETE", "/things/7", 200, null],
    ["GET", "/things/7", 405, "DELETE"],
    ["GET", "/others", 200, null],
    ["POST", "/others", 405, "GET, HEAD"],
    ["GET", "/nothing", 404, null],
    ["POST", "/things/7/more", 404, null],
  ])("%s %s is answered with %d", async (method, path, status, allow) => {
    const response = await fetch(`${origin}${path}`, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get("allow")).toBe(allow);
    await response.text();
  });

  test("a path that two routers share would be refused by the first, so one router must hold all of it", async () => {
    const response = await fetch(`${origin}/things/special`, { method: "DELETE" });
    expect(response.status).toBe(405);
    await response.text();
  });
});
