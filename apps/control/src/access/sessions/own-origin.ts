import type { RequestHandler } from "express";
import { refuseForeignOrigin } from "../authenticate.ts";

/** Takes changes from pages of this site alone, also from who isn't signed in. */
export const ownOrigin: RequestHandler = (request, _response, next) => {
  refuseForeignOrigin(request);
  next();
};
