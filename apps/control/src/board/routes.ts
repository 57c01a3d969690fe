import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import type { Doorbell } from "@kvsync/queue";
import type { Database } from "@kvsync/store";
import { Router, type Express } from "express";
import helmet from "helmet";
import { signInAddress } from "../access/sessions/sign-in-address.ts";
import { isSignedIn, requireAdminSomewhere } from "../access/principal.ts";
import { noteOrders } from "./noting.ts";

export const BOARD_PATH = "/ops/queues";

/**
 * Bull Board, for admins. Jobs hold ids only; the formatters make sure that nothing else would show. Its page would
 * ask for fonts of Google's: that link is left out, as the policy would keep them out. What is ordered there is noted in
 * the audit log.
 */
export function boardRoutes(dependencies: Readonly<{ database: Database; doorbell: Doorbell }>): Router {
  const { doorbell } = dependencies;
  const adapter = new ExpressAdapter();
  adapter.setBasePath(BOARD_PATH);
  const queues = Object.values(doorbell.queues).map((queue) => {
    const shown = new BullMQAdapter(queue, { allowRetries: true });
    shown.setFormatter("data", onlyIds);
    return shown;
  });
  createBullBoard({ queues, serverAdapter: adapter, options: { uiConfig: { boardTitle: "kvsync queues" } } });

  const router = Router();
  router.use(BOARD_PATH, (request, response, next) => {
    if (!isSignedIn(request)) {
      response.redirect(302, signInAddress(request));
      return;
    }
    requireAdminSomewhere(request);
    next();
  });
  router.use(BOARD_PATH, noteOrders(dependencies));
  const board = adapter.getRouter() as Express;
  router.use(BOARD_PATH, (_request, response, next) => {
    response.render = (view: string, values?: object) => {
      board.render(view, values, (error, html) => {
        if (error instanceof Error) next(error);
        else response.type("html").send(withoutForeignStyles(html));
      });
    };
    next();
  });
  router.use(
    BOARD_PATH,
    helmet.contentSecurityPolicy({
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", "'unsafe-inline'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
      },
    }),
    board,
  );
  return router;
}

function withoutForeignStyles(html: string): string {
  return html.replaceAll(/<link\b[^>]*href="https?:[^>]*>/gu, "");
}

/** Job data are ids by the catalogue; anything else isn't shown. */
function onlyIds(data: unknown): Record<string, unknown> {
  if (typeof data !== "object" || data === null) return {};
  return Object.fromEntries(
    Object.entries(data).filter(([key]) => key === "syncId" || key === "validationId"),
  );
}
