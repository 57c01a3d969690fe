const keyOf = (workspace: string): string => `kvsync-projects-${workspace}`;

/** How many projects a workspace had when this browser last saw them: so much room is kept until they are known. */
export function lastCount(workspace: string): number {
  const remembered = Number(localStorage.getItem(keyOf(workspace)));
  return Number.isInteger(remembered) && remembered > 0 ? remembered : 0;
}

export function rememberCount(workspace: string, count: number): void {
  localStorage.setItem(keyOf(workspace), String(count));
}
