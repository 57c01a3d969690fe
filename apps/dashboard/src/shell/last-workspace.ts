import type { Session } from "../api/session.ts";

const KEY = "kvsync-workspace";

/** The slug of the workspace that was open last in this browser, else of the first; undefined where there is none. */
export function lastWorkspace({ workspaces }: Session): string | undefined {
  const remembered = localStorage.getItem(KEY);
  return (workspaces.find(({ slug }) => slug === remembered) ?? workspaces[0])?.slug;
}

export function rememberWorkspace(slug: string): void {
  localStorage.setItem(KEY, slug);
}
