import { ApiError, idSchema } from "@kvsync/contracts";
import {
  createSecretsSchema,
  secretQuerySchema,
  updateSecretSchema,
  type SecretBody,
} from "@kvsync/contracts/api";
import { findSecret, listSecrets, type SecretRow } from "@kvsync/store";
import { Router, type Request } from "express";
import { actorOf, requireWrite } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody, parseQuery } from "../http/parse.ts";
import { timestamp } from "../http/timestamp.ts";
import {
  environmentNotFound,
  reachProject,
  requireWorkspace,
  type ReachableProject,
} from "../workspaces/reach.ts";
import {
  secretNotFound,
  SecretService,
  type SecretReach,
  type SecretServiceDependencies,
} from "./service.ts";

const BASE = "/workspace/:workspace/project/:project/secret";

/** Secrets, in Enkryptify's shapes: list and get with values, create, update and delete. */
export function secretRoutes(dependencies: SecretServiceDependencies): Router {
  const { database } = dependencies;
  const service = new SecretService(dependencies);
  const router = Router();

  router.get(BASE, async (request, response) => {
    const project = await reachProject(database, request);
    const environmentIds = filtered(project, request);
    const secrets = await listSecrets(database, project.project.id, environmentIds);
    const answer = await Promise.all(secrets.map(present));
    await service.noteViewed(reader(request, project), secrets);
    response.set("cache-control", "no-store").json(answer);
  });

  router.get(`${BASE}/:key`, async (request, response) => {
    const project = await reachProject(database, request);
    const environmentIds = filtered(project, request);
    const { key } = request.params;
    const find = (by: { name: string } | { id: string }): Promise<SecretRow | null> =>
      findSecret(database, project.project.id, by, environmentIds);
    const id = idSchema.safeParse(key);
    // By name, as clients do; a name may look like an id, so the id comes second.
    const secret = (await find({ name: key })) ?? (id.success ? await find({ id: id.data }) : null);
    if (secret === null || secret.values.length === 0) throw secretNotFound();
    const answer = await present(secret);
    await service.noteViewed(reader(request, project), [secret]);
    response.set("cache-control", "no-store").json(answer);
  });

  router.post(BASE, async (request, response) => {
    const reach = await writable(request);
    const input = parseBody(createSecretsSchema, request);
    requireEnvironments(reach, input.environments);
    const created = await service.create(reach, input);
    response.status(201).json({ success: true, created });
  });

  router.put(`${BASE}/:key`, async (request, response) => {
    const reach = await writable(request);
    const input = parseBody(updateSecretSchema, request);
    requireEnvironments(
      reach,
      input.values.map(({ environmentId }) => environmentId),
    );
    await service.update(reach, idOf(request), input);
    response.json({ success: true });
  });

  router.delete(`${BASE}/:key`, async (request, response) => {
    await service.remove(await writable(request), idOf(request));
    response.json({ success: true });
  });

  async function writable(request: Request): Promise<SecretReach> {
    const reachable = await reachProject(database, request);
    const { environments, whole } = reachable;
    requireWrite(requireWorkspace(request));
    return {
      ...reader(request, reachable),
      environmentIds: new Set(environments.map(({ id }) => id)),
      whole,
    };
  }

  const reader = (
    request: Request,
    { project }: ReachableProject,
  ): Pick<SecretReach, "workspaceId" | "actor" | "projectId"> => {
    const principal = requireWorkspace(request);
    return { workspaceId: principal.workspaceId, actor: actorOf(principal), projectId: project.id };
  };

  async function present(secret: SecretRow): Promise<SecretBody> {
    const { id, name, note, type, dataType, createdAt, updatedAt } = secret;
    const values = await Promise.all(
      secret.values.map(async ({ environmentId, ciphertext }) => ({
        environmentId,
        value: await service.open(secret, environmentId, ciphertext),
        isPersonal: false,
      })),
    );
    const times = { createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
    return { id, name, note, type, dataType, values, ...times };
  }

  return refuseOtherMethods(router);
}

/** The environments that are asked for: the one of the filter, or all in reach. */
function filtered({ environments }: ReachableProject, request: Request): string[] {
  const { environmentId } = parseQuery(secretQuerySchema, request);
  const ids = environments.map(({ id }) => id);
  if (environmentId === undefined) return ids;
  if (!ids.includes(environmentId)) throw environmentNotFound();
  return [environmentId];
}

function requireEnvironments(reach: SecretReach, environmentIds: readonly string[]): void {
  if (environmentIds.some((id) => !reach.environmentIds.has(id))) throw environmentNotFound();
}

/** PUT and DELETE name a secret by id; GET, in the same place, by name. */
function idOf(request: Request): string {
  const id = idSchema.safeParse(request.params["key"]);
  if (!id.success) throw new ApiError(404, "SECRET_NOT_FOUND", "Secret not found: name it by its id here");
  return id.data;
}
