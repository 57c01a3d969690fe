import { watchHeadersSchema } from "@kvsync/contracts/api";
import type { Database } from "@kvsync/store";
import { Router, type Request, type Response } from "express";
import { callerOf } from "../../access/principal.ts";
import { syncOf } from "../sync-of.ts";
import type { LiveViews, View } from "./live-views.ts";
import type { Snapshot } from "./snapshot.ts";
import { Teller } from "./teller.ts";

export type LiveDependencies = Readonly<{
  database: Database;
  views: LiveViews;
  /** Finds out anew who a request is from. @throws {ApiError} */
  identifyAnew: (request: Request, response: Response) => Promise<void>;
  /** How often (ms) a sign of life is sent, and it is looked whether the listener still may. */
  heartbeatMs?: number | undefined;
}>;

const HEARTBEAT_MS = 10_000;
/** A listener that lets so much (bytes) pile up is let go; it comes back, and begins with what is then. */
const MOST_UNREAD = 512 * 1_024;
/** After so long (ms) a browser reconnects. */
const RETRY_MS = 1_500;

/** `/v1/sync/{id}/events`: a sync while things happen to it. */
export function liveRoutes(dependencies: LiveDependencies): Router {
  const { database, views } = dependencies;
  const router = Router({ caseSensitive: true });
  router.get("/:syncId/events", async (request, response) => {
    const { id: syncId } = await syncOf(database, request);
    const { userId, tokenId } = callerOf(request);
    const teller = new Teller(watchHeadersSchema.safeParse(request.headers).data?.["last-event-id"]);
    const tell = (snapshot: Snapshot | null): void => {
      if (snapshot === null) response.end();
      else for (const { name, id, data } of teller.tell(snapshot)) send(response, name, id, data);
    };
    const view = views.open(syncId, userId ?? tokenId ?? "", tell);
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      // A proxy that compresses or gathers would keep events to itself.
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    if (request.method === "HEAD") {
      view.close();
      response.end();
      return;
    }
    response.write(`retry: ${RETRY_MS}\n\n`);
    keep(dependencies, view, request, response);
  });
  return router;
}

function send(response: Response, name: string, id: string, data: unknown): void {
  if (response.writableEnded) return;
  if (response.writableLength > MOST_UNREAD) response.end();
  else response.write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Keeps a stream open until its listener leaves or loses the right to it, or the process stops. */
function keep(
  { database, identifyAnew, heartbeatMs = HEARTBEAT_MS }: LiveDependencies,
  view: View,
  request: Request,
  response: Response,
): void {
  const end = (): void => void response.end();
  let looking = false;
  const timer = setInterval(() => {
    response.write(": still here\n\n");
    if (!looking) void look();
  }, heartbeatMs);
  view.stopping.addEventListener("abort", end);
  response.on("close", () => {
    clearInterval(timer);
    view.stopping.removeEventListener("abort", end);
    view.close();
  });

  async function look(): Promise<void> {
    looking = true;
    if (!(await mayStay())) end();
    looking = false;
  }

  async function mayStay(): Promise<boolean> {
    try {
      await identifyAnew(request, response);
      await syncOf(database, request);
      return true;
    } catch {
      return false; // whatever it is, a new request says it
    }
  }
}
