import {
  catalogue,
  idSchema,
  type ApiClient,
  type SyncBody,
  type SyncDetailBody,
} from "@kvsync/contracts/api";
import { notFound, usageError } from "../cli-error.ts";
import { suggestion } from "./nearest.ts";
import type { Place } from "./places.ts";
import { workspaceOf } from "./places.ts";

/** All syncs of the workspace, or of the project where one is named. */
export async function listSyncs(api: ApiClient, place: Place): Promise<readonly SyncBody[]> {
  const { project } = place;
  const workspace = await workspaceOf(api, place);
  return api.call(catalogue.listSyncs, {
    query: { workspace, ...(project === undefined ? {} : { project }) },
  });
}

/** The id of a sync that is given by its id or its name. @throws {CliError} when there is none, or several */
export async function syncIdOf(api: ApiClient, place: Place, given: string): Promise<string> {
  const id = idSchema.safeParse(given);
  return id.success ? id.data : pickSync(await listSyncs(api, place), given).id;
}

export async function findSync(api: ApiClient, place: Place, given: string): Promise<SyncDetailBody> {
  return api.call(catalogue.getSync, { params: { syncId: await syncIdOf(api, place, given) } });
}

/** The one sync of a name; upper and lower case only count where they decide. */
export function pickSync<Sync extends Pick<SyncBody, "id" | "name">>(
  syncs: readonly Sync[],
  name: string,
): Sync {
  const exact = syncs.filter((sync) => sync.name === name);
  const alike = syncs.filter((sync) => sync.name.toLowerCase() === name.toLowerCase());
  const [found, ...others] = exact.length > 0 ? exact : alike;
  if (found === undefined) {
    const names = [...new Set(syncs.map((sync) => sync.name))];
    throw notFound(
      `There is no sync “${name}”.`,
      suggestion(name, names) ?? "There is none at all here. Create one with “kvsync sync create”.",
    );
  }
  if (others.length > 0)
    throw usageError(
      `${others.length + 1} syncs have the name “${name}”.`,
      `Give the id: ${[found, ...others].map(({ id }) => id).join(", ")}.`,
    );
  return found;
}
