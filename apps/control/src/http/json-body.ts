import { ApiError } from "@kvsync/contracts";
import { json, type RequestHandler } from "express";

/** 2 MB: an import of some hundred secrets, and not more than a process can hold many times over. */
const BODY_LIMIT = "2mb";

const requireJson: RequestHandler = (request, _response, next) => {
  const hasBody =
    request.get("transfer-encoding") !== undefined || Number(request.get("content-length") ?? 0) > 0;
  if (hasBody && request.is("application/json") === false)
    throw new ApiError(415, "CONTENT_TYPE", "The request's body must be application/json");
  next();
};

/** Clients send a JSON content type without a body, which reads as no body at all. */
const noEmptyBody: RequestHandler = (request, _response, next) => {
  if (request.get("content-length") === "0") request.body = undefined;
  next();
};

/** Reads the request's body, which must be JSON. */
export const readJson: readonly RequestHandler[] = [
  requireJson,
  json({ limit: BODY_LIMIT, strict: false }),
  noEmptyBody,
];
