import { createBullBoard } from "@bull-board/api";
import { ExpressAdapter } from "@bull-board/express";
import { expect, test } from "@jest/globals";
import type { Express, Router } from "express";
import { boardOrderOf } from "./order.ts";

type Layer = Router["stack"][number] & { readonly handle: Partial<Pick<Router, "stack">> };

/** The paths of all of Bull Board's requests that change something, as its own router has them. */
function changingPaths(): string[] {
  const adapter = new ExpressAdapter();
  createBullBoard({ queues: [], serverAdapter: adapter });
  const pathsOf = (layers: readonly Layer[]): string[] =>
    layers.flatMap(({ route, handle }) => {
      if (route === undefined) return pathsOf(handle.stack ?? []);
      return route.stack.some(({ method }) => method !== "get") ? [route.path] : [];
    });
  return pathsOf((adapter.getRouter() as Express).router.stack);
}

test("each of Bull Board's orders is known, with the queue, job, state and scheduler that it names", () => {
  const paths = changingPaths();
  expect(paths.length).toBeGreaterThan(20);
  for (const path of paths) {
    const named = path
      .replace(":queueName", "runs")
      .replace(":jobId", "run%2D1")
      .replace(":queueStatus", "failed")
      .replace(":schedulerId", "sweep");
    const told = boardOrderOf(named);
    expect([path, told]).toEqual([
      path,
      {
        order: expect.stringMatching(/^[a-z-]+$/),
        queue: path.includes(":queueName") ? "runs" : null,
        jobId: path.includes(":jobId") ? "run-1" : null,
        jobState: path.includes(":queueStatus") ? "failed" : null,
        schedulerId: path.includes(":schedulerId") ? "sweep" : null,
      },
    ]);
    expect(boardOrderOf(`${named}/`)).toEqual(told);
    expect(boardOrderOf(named.replace("/api/queues", "/API/Queues"))).toEqual(told);
  }
});

test.each([
  "/",
  "/api",
  "/api/queues",
  "/api/queues/runs",
  "/api/queues/runs/x/nonsense",
  "/api/queues/%/%/%",
  "/x/y/pause",
])("%s is none", (path) => {
  expect(boardOrderOf(path)).toBeNull();
});
