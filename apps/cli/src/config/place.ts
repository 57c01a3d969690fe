import { nearestProjectFile, type ProjectFile } from "./project-file.ts";
import type { Context } from "../context.ts";

/**
 * Which workspace, project and environment are meant: by option, else KVSYNC_WORKSPACE, KVSYNC_PROJECT and
 * KVSYNC_ENVIRONMENT, else the nearest project file.
 */
export async function chosenPlace(
  context: Pick<Context, "env" | "cwd">,
  options: ProjectFile,
): Promise<ProjectFile> {
  const { env } = context;
  const given = compact({
    workspace: options.workspace ?? env["KVSYNC_WORKSPACE"],
    project: options.project ?? env["KVSYNC_PROJECT"],
    environment: options.environment ?? env["KVSYNC_ENVIRONMENT"],
  });
  return mergePlaces(given, await nearestProjectFile(context.cwd));
}

/** A file's project is one of the file's workspace, and its environment one of its project: what is named besides ends that. */
export function mergePlaces(given: ProjectFile, file: ProjectFile): ProjectFile {
  const sameWorkspace = given.workspace === undefined || given.workspace === file.workspace;
  const sameProject = sameWorkspace && (given.project === undefined || given.project === file.project);
  return compact({
    workspace: given.workspace ?? file.workspace,
    project: given.project ?? (sameWorkspace ? file.project : undefined),
    environment: given.environment ?? (sameProject ? file.environment : undefined),
  });
}

function compact(place: { readonly [Field in keyof ProjectFile]-?: string | undefined }): ProjectFile {
  const named = Object.entries(place).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(named) as ProjectFile;
}
