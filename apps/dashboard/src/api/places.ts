import { useQueries, useQuery } from "@tanstack/react-query";
import { environmentsQuery, projectsQuery } from "./projects.ts";

/** A team, a project or an environment: what a scope names. */
export type Place = Readonly<{
  kind: "team" | "project" | "environment";
  id: string;
  name: string;
  /** What is in it. */
  children: readonly Place[];
}>;

export type Places = Readonly<{
  /** The teams with all that is in them; undefined while that isn't known. */
  teams: readonly Place[] | undefined;
  error: Error | null;
}>;

/**
 * Teams › projects › environments, so far as one may see them.
 *
 * @param isWanted false asks nothing, for a page that may not need it
 */
export function usePlaces(workspace: string, isWanted = true): Places {
  const { data: teams, error } = useQuery({ ...projectsQuery(workspace), enabled: isWanted });
  const projects = isWanted ? (teams ?? []).flatMap((team) => team.projects) : [];
  return useQueries({
    queries: projects.map(({ slug }) => environmentsQuery(workspace, slug)),
    combine: (found) => {
      const failed = error ?? found.find((one) => one.error !== null)?.error ?? null;
      if (teams === undefined || found.some(({ data }) => data === undefined))
        return { teams: undefined, error: failed };
      const environments = new Map(projects.map(({ id }, index) => [id, found[index]?.data ?? []]));
      return {
        error: failed,
        teams: teams.map((team) => ({
          kind: "team" as const,
          id: team.id,
          name: team.name,
          children: team.projects.map((project) => ({
            kind: "project" as const,
            id: project.id,
            name: project.name,
            children: (environments.get(project.id) ?? []).map(({ id, name }) => ({
              kind: "environment" as const,
              id,
              name,
              children: [],
            })),
          })),
        })),
      };
    },
  });
}
