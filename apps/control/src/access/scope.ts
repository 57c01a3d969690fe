import { ApiError } from "@kvsync/contracts";
import { findScopePlaces, type Database, type ScopePlaces, type TokenScope } from "@kvsync/store";
import { reaches, reachesAll, reachesTeam } from "./principal.ts";

/**
 * That a scope which somebody wants to give names only what is there and within their own reach. What is out of reach is
 * answered like what doesn't exist.
 *
 * @param own the scopes of who gives it
 * @throws {ApiError} 400 `VALIDATION`
 */
export async function requireWithin(
  database: Database,
  workspaceId: string,
  scope: TokenScope,
  own: readonly TokenScope[],
): Promise<void> {
  if (scope.all && !reachesAll(own))
    throw new ApiError(400, "VALIDATION", "scope: can't be all, as yours isn't: name what is within yours");
  const { unknown, places } = await findScopePlaces(database, workspaceId, scope);
  const beyond = places.filter((place) => !isWithin(place, own)).map(({ id }) => id);
  const ids = [...unknown, ...beyond];
  if (ids.length > 0)
    throw new ApiError(400, "VALIDATION", `scope: nothing here has the id ${ids.join(", ")}`);
}

function isWithin(
  { teamId, projectId, environmentId }: ScopePlaces["places"][number],
  own: readonly TokenScope[],
): boolean {
  if (projectId === undefined) return reachesTeam(own, teamId);
  return reaches(own, { teamId, projectId, ...(environmentId === undefined ? {} : { environmentId }) });
}
