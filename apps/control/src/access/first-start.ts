import { open } from "node:fs/promises";
import { countWorkspaces, createTokenRow, createWorkspace, type Database } from "@kvsync/store";
import { createToken, hashToken, visiblePrefix } from "./token.ts";

/** An admin token without an end, for the person who runs the system. @returns the plaintext, shown once */
export async function createAdminToken(
  database: Database,
  workspaceId: string,
  name: string,
): Promise<string> {
  const token = createToken();
  await createTokenRow(database, {
    workspaceId,
    name,
    prefix: visiblePrefix(token),
    hash: hashToken(token),
    permission: "read-write",
    role: "admin",
    scope: { all: true, teams: [], projects: [], environments: [] },
    type: "static",
    createdById: null,
    expiresAt: null,
  });
  return token;
}

/**
 * Where there is no workspace yet, makes one with its first team, and an admin token, which goes into a file that only
 * this user can read. Without a file no token is made; `npm run tokens -- create` makes one on a terminal.
 *
 * @returns whether the workspace was made now
 */
export async function prepareFirstStart(database: Database, tokenFile: string | undefined): Promise<boolean> {
  if ((await countWorkspaces(database)) > 0) return false;
  const workspace = await createWorkspace(database, {
    name: "Default",
    slug: "default",
    teamName: "Default",
  });
  if (tokenFile === undefined) return true;
  const file = await open(tokenFile, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${await createAdminToken(database, workspace.id, "first admin token")}\n`);
  } finally {
    await file.close();
  }
  return true;
}
