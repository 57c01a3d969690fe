import { catalogue, type ApiClient, type ResponseOf } from "@kvsync/contracts/api";
import { notFound, usageError } from "../cli-error.ts";
import type { ProjectFile } from "../config/project-file.ts";
import { suggestion } from "./nearest.ts";

type Workspace = ResponseOf<typeof catalogue.listWorkspaces>[number];
export type Environment = ResponseOf<typeof catalogue.listEnvironments>[number];

/** What was named of a place: by options, the environment or the project's file. */
export type Place = ProjectFile;

/** The slug of the workspace: the one that is named, or the only one in reach. @throws {CliError} */
export async function workspaceOf(api: ApiClient, place: Place): Promise<string> {
  if (place.workspace !== undefined) return place.workspace;
  return onlyWorkspace(await api.call(catalogue.listWorkspaces)).slug;
}

export function onlyWorkspace(workspaces: readonly Workspace[]): Workspace {
  const [only, ...others] = workspaces;
  if (only === undefined) throw notFound("No workspace is in your reach.", "Ask its admin to invite you.");
  if (others.length > 0)
    throw usageError(
      "Which workspace? There are several in your reach.",
      `Give --workspace with one of ${workspaces.map(({ slug }) => slug).join(", ")}.`,
    );
  return only;
}

/** The project that is named. @throws {CliError} when none is */
export function projectOf(place: Place): string {
  if (place.project === undefined)
    throw usageError("Which project?", "Give --project with its slug, or write it into .kvsync.json.");
  return place.project;
}

/** The environment that is named, by name or id; else the only one of the project. @throws {CliError} */
export async function environmentOf(
  api: ApiClient,
  params: Readonly<{ workspace: string; project: string }>,
  named: string | undefined,
): Promise<Environment> {
  return pickEnvironment(await api.call(catalogue.listEnvironments, { params }), named);
}

export function pickEnvironment(
  environments: readonly Environment[],
  named: string | undefined,
): Environment {
  const names = environments.map(({ name }) => name);
  if (named === undefined) {
    const [only, ...others] = environments;
    if (only !== undefined && others.length === 0) return only;
    throw usageError(
      "Which environment?",
      `Give --environment${names.length > 0 ? `. ${there(names)}` : ""}`,
    );
  }
  const found =
    environments.find(({ id }) => id === named.toLowerCase()) ??
    environments.find(({ name }) => name === named);
  if (found === undefined) throw notFound(`There is no environment “${named}”.`, suggestion(named, names));
  return found;
}

const there = (names: readonly string[]): string =>
  `There is ${names.map((name) => `“${name}”`).join(", ")}.`;
