import type { ProjectRow, TeamRow } from "@kvsync/store";

/** Where a team or a project stands among all. */
export type ListedPlace = Readonly<{ key: string; id: string }>;

export type TeamWithProjects = Readonly<{ team: TeamRow; projects: readonly ProjectRow[] }>;

/** One line of the list: a project of a team, or a team that has none. */
type Line = ListedPlace & Readonly<{ team: TeamRow; project: ProjectRow | undefined }>;

/**
 * Teams with their projects, each in the order of creation; of a page so many projects, and teams without one count as
 * one. A team whose projects go on in the next page is in both.
 *
 * @returns the teams, and the place where the page ends, unless it is the last
 */
export function pageOfProjects(
  teams: readonly TeamRow[],
  projects: readonly ProjectRow[],
  page: Readonly<{ limit: number; after: ListedPlace | undefined }> | undefined,
): { readonly teams: readonly TeamWithProjects[]; readonly end: ListedPlace | undefined } {
  const lines = teams
    .flatMap((team) => linesOf(team, projects))
    .toSorted((one, other) => compare(one, other))
    .filter((line) => page?.after === undefined || compare(line, page.after) > 0);
  const shown = page === undefined ? lines : lines.slice(0, page.limit);
  const grouped = Map.groupBy(shown, ({ team }) => team);
  return {
    teams: [...grouped].map(([team, own]) => ({
      team,
      projects: own.flatMap(({ project }) => (project === undefined ? [] : [project])),
    })),
    end: shown.length < lines.length ? shown.at(-1) : undefined,
  };
}

function linesOf(team: TeamRow, projects: readonly ProjectRow[]): Line[] {
  const key = (project?: ProjectRow): string =>
    [team.createdAt.toISOString(), team.id, project?.createdAt.toISOString() ?? ""].join(" ");
  const own = projects.filter(({ teamId }) => teamId === team.id);
  return own.length === 0
    ? [{ key: key(), id: team.id, team, project: undefined }]
    : own.map((project) => ({ key: key(project), id: project.id, team, project }));
}

const compare = (one: ListedPlace, other: ListedPlace): number =>
  order(one.key, other.key) || order(one.id, other.id);
const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
