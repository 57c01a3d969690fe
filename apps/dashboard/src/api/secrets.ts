import type { ImportResult, SecretOutlineBody, SyncStatesBody } from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { call, callTagged } from "./call.ts";

/*
 * No value is ever in the cache of queries: what reads one gives it to its caller, who forgets it again.
 */

export type SecretOutline = SecretOutlineBody;
export type SecretSyncStates = SyncStatesBody["secrets"][number]["states"];
export type LinkedSync = SyncStatesBody["syncs"][number];
export type { ImportResult };

/** A project in a workspace. */
export type ProjectPlace = Readonly<{ workspace: string; project: string }>;
/** Where a value is. */
export type ValuePlace = Readonly<{ environmentId: string; isPersonal: boolean }>;

const BASE = "/v1/workspace/{workspace}/project/{project}";

/** All secrets that one may see, without their values. */
export const secretsQuery = ({ workspace, project }: ProjectPlace) =>
  queryOptions({
    queryKey: ["workspace", workspace, "project", project, "secrets"],
    queryFn: async ({ signal }) =>
      (await call("GET", `${BASE}/secret`, {
        params: { workspace, project },
        query: { values: "false" },
        signal,
      })) as SecretOutline[],
  });

const SYNC_STATES_AT_ONCE = 2_000;

/** How the secrets of an environment stand in its vaults, by secret; for admins. */
export const syncStatesQuery = ({ workspace, project }: ProjectPlace, environmentId: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "project", project, "sync-states", environmentId],
    queryFn: async ({ signal }) => {
      const states: Record<string, SecretSyncStates> = {};
      let syncs: readonly LinkedSync[] = [];
      for (let cursor: string | null | undefined = undefined; cursor !== null;) {
        const query = {
          environmentId,
          limit: SYNC_STATES_AT_ONCE,
          ...(cursor === undefined ? {} : { cursor }),
        };
        const page: SyncStatesBody = await call("GET", `${BASE}/sync-states`, {
          params: { workspace, project },
          query,
          signal,
        });
        for (const secret of page.secrets) states[secret.secretId] = secret.states;
        ({ syncs, nextCursor: cursor } = page);
      }
      // A plain object, of which the cache keeps what hasn't changed: nothing is drawn anew for the same answer.
      return { syncs, states };
    },
    // Many come in several answers, which are asked for less often.
    refetchInterval: ({ state }) =>
      Object.keys(state.data?.states ?? {}).length > SYNC_STATES_AT_ONCE ? 30_000 : 10_000,
  });

/** A value in the clear, with the version of its secret. @throws {ApiFailure} 404 `VALUE_NOT_FOUND` */
export async function revealValue(
  { workspace, project }: ProjectPlace,
  key: string,
  { environmentId, isPersonal }: ValuePlace,
): Promise<{ value: string; etag: string | null }> {
  const { body, etag } = await callTagged("GET", `${BASE}/secret/{key}/value`, {
    params: { workspace, project, key },
    query: { environmentId, isPersonal: String(isPersonal) },
  });
  return { value: body.value, etag };
}

/** What is changed of a secret; a null takes a value away. */
export type SecretChange = Readonly<{
  name?: string;
  note?: string;
  values?: Array<ValuePlace & { value: string | null }>;
}>;

/** @throws {ApiFailure} 412 `SECRET_CHANGED`, 409 `SECRET_EXISTS`, 400 `VALIDATION` */
export async function changeSecret(
  { workspace, project }: ProjectPlace,
  { id, etag }: Pick<SecretOutline, "id" | "etag">,
  body: SecretChange,
): Promise<void> {
  await call("PATCH", `${BASE}/secret/{key}`, {
    params: { workspace, project, key: id },
    body,
    ifMatch: etag,
  });
}

/** @throws {ApiFailure} 409 `SECRET_EXISTS`, 400 `VALIDATION` */
export async function addSecrets(
  { workspace, project }: ProjectPlace,
  environments: string[],
  secrets: Array<{ key: string; value: string; note?: string }>,
): Promise<void> {
  await call("POST", `${BASE}/secret`, { params: { workspace, project }, body: { environments, secrets } });
}

/** All of them or none. @throws {ApiFailure} 412 `SECRET_CHANGED` */
export async function deleteSecrets(
  { workspace, project }: ProjectPlace,
  secrets: ReadonlyArray<Pick<SecretOutline, "id" | "etag">>,
): Promise<void> {
  await call("POST", `${BASE}/secret-deletion`, {
    params: { workspace, project },
    body: { secrets: secrets.map(({ id, etag }) => ({ id, etag })) },
  });
}

export type ImportRequest = Readonly<{
  environmentId: string;
  text: string;
  onExisting: "update" | "skip";
}>;

/** What an import would do. @throws {ApiFailure} 400 `VALIDATION` */
export const previewImport = (
  { workspace, project }: ProjectPlace,
  request: ImportRequest,
): Promise<ImportResult> =>
  call("POST", `${BASE}/secret-import`, {
    params: { workspace, project },
    body: { ...request, format: "env", mode: "preview" },
  });

/** Does what the preview with this digest said. @throws {ApiFailure} 409 `IMPORT_CHANGED` */
export const applyImport = (
  { workspace, project }: ProjectPlace,
  request: ImportRequest,
  expected: string,
): Promise<ImportResult> =>
  call("POST", `${BASE}/secret-import`, {
    params: { workspace, project },
    body: { ...request, format: "env", mode: "apply", expected },
  });
