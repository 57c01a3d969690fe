import { ApiError, idSchema } from "@kvsync/contracts";
import {
  changeSecretSchema,
  createSecretsSchema,
  revealQuerySchema,
  secretQuerySchema,
  secretsQuerySchema,
  updateSecretSchema,
} from "@kvsync/contracts/api";
import { findSecret, listSecretOutlines, listSecrets, type NamePage, type SecretRow } from "@kvsync/store";
import { Router, type Request, type Response } from "express";
import type { ReadLog } from "../audit/read-log.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody, parseQuery } from "../http/parse.ts";
import { viewed, type OpenedSecret } from "./audit.ts";
import { editSecret, partialChange, replacement, type Edit } from "./editing.ts";
import { etagOf, listEtagOf } from "./etag.ts";
import { nameOfCursor, nextCursor } from "./name-cursor.ts";
import { readableSecrets, requireEnvironments, viewOf, writableSecrets, type SecretReach } from "./reach.ts";
import { openValue, presentOutline, presentSecret } from "./reading.ts";
import { addSecrets, deleteSecrets, type SecretServiceDependencies } from "./service.ts";
import { secretNotFound } from "./source-change.ts";

const BASE = "/workspace/:workspace/project/:project/secret";

export type SecretRoutesDependencies = SecretServiceDependencies & Readonly<{ readLog: ReadLog }>;

/**
 * Secrets, in Enkryptify's shapes: list and get with values, create, update and delete; and what we add to that. Each
 * answer with values is noted in the audit log before it goes out.
 */
export function secretRoutes(dependencies: SecretRoutesDependencies): Router {
  const { database, values, readLog } = dependencies;
  const router = Router();

  router.get(BASE, async (request, response) => {
    const reach = await readableSecrets(database, request);
    const query = parseQuery(secretsQuerySchema, request);
    const view = viewOf(reach, query.environmentId);
    const { page: asked } = query;
    const page: NamePage | undefined =
      asked === undefined ? undefined : { limit: asked.limit, after: nameOfCursor(asked.cursor) };
    const list = query.values ? listSecrets : listSecretOutlines;
    const secrets = await list(database, reach.projectId, view, page);
    const body = query.values
      ? await Promise.all((secrets as SecretRow[]).map((secret) => presentSecret(values, secret)))
      : secrets.map(presentOutline);
    if (query.values) await noteViewed(reach, secrets as SecretRow[]);
    const next = page === undefined ? null : nextCursor(secrets, page.limit);
    if (next !== null) response.set("next-cursor", next);
    uncached(response, listEtagOf(secrets)).json(body);
  });

  router.get(`${BASE}/:key`, async (request, response) => {
    const reach = await readableSecrets(database, request);
    const { environmentId } = parseQuery(secretQuerySchema, request);
    const secret = await findByKey(reach, request, environmentId);
    const body = await presentSecret(values, secret);
    await noteViewed(reach, [secret]);
    uncached(response, etagOf(secret)).json(body);
  });

  router.get(`${BASE}/:key/value`, async (request, response) => {
    const reach = await readableSecrets(database, request);
    const { environmentId, isPersonal } = parseQuery(revealQuerySchema, request);
    const view = viewOf(reach, environmentId);
    const secret = await findSecret(database, reach.projectId, { id: idOf(request) }, view);
    if (secret === null || secret.values.length + secret.personal.length === 0) throw secretNotFound();
    const body = await openValue(values, secret, environmentId, isPersonal);
    await noteViewed(reach, [{ ...secret, ...(isPersonal ? { values: [] } : { personal: [] }) }]);
    uncached(response, etagOf(secret)).json(body);
  });

  router.post(BASE, async (request, response) => {
    const reach = await writableSecrets(database, request);
    const input = parseBody(createSecretsSchema, request);
    requireEnvironments(reach, input.environments);
    const created = await addSecrets(dependencies, reach, input);
    response.status(201).json({ success: true, created });
  });

  router.put(`${BASE}/:key`, async (request, response) => {
    const reach = await writableSecrets(database, request);
    await edit(reach, request, response, replacement(reach, parseBody(updateSecretSchema, request)));
  });

  router.patch(`${BASE}/:key`, async (request, response) => {
    const reach = await writableSecrets(database, request);
    await edit(reach, request, response, partialChange(parseBody(changeSecretSchema, request)));
  });

  router.delete(`${BASE}/:key`, async (request, response) => {
    const reach = await writableSecrets(database, request);
    await deleteSecrets(dependencies, reach, {
      secrets: [{ id: idOf(request), etag: request.get("if-match") }],
    });
    response.json({ success: true });
  });

  async function noteViewed(reach: SecretReach, secrets: readonly OpenedSecret[]): Promise<void> {
    const entry = viewed(reach, secrets);
    if (entry !== null) await readLog.note(entry);
  }

  async function edit(reach: SecretReach, request: Request, response: Response, wanted: Edit): Promise<void> {
    requireEnvironments(reach, [...wanted.shared.keys(), ...wanted.personal.keys()]);
    const bound = { id: idOf(request), ifMatch: request.get("if-match") };
    response.set("etag", await editSecret(dependencies, reach, bound, wanted)).json({ success: true });
  }

  /** By name, as clients do; a name may look like an id, so the id comes second. */
  async function findByKey(
    reach: SecretReach,
    request: Request,
    environmentId: string | undefined,
  ): Promise<SecretRow> {
    const view = viewOf(reach, environmentId);
    const key = String(request.params["key"]);
    const id = idSchema.safeParse(key);
    const find = (by: { name: string } | { id: string }): Promise<SecretRow | null> =>
      findSecret(database, reach.projectId, by, view);
    const secret = (await find({ name: key })) ?? (id.success ? await find({ id: id.data }) : null);
    if (secret === null || secret.values.length + secret.personal.length === 0) throw secretNotFound();
    return secret;
  }

  return refuseOtherMethods(router);
}

const uncached = (response: Response, etag: string): Response =>
  response.set({ "cache-control": "no-store", etag });

/** PUT, PATCH and DELETE name a secret by id; GET, in the same place, by name. */
function idOf(request: Request): string {
  const id = idSchema.safeParse(request.params["key"]);
  if (!id.success) throw new ApiError(404, "SECRET_NOT_FOUND", "Secret not found: name it by its id here");
  return id.data;
}
