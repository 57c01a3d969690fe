import { open } from "node:fs/promises";
import { createFirstWorkspace, createTokenRow, type Database, type Queryable } from "@kvsync/store";
import { createToken, hashToken, visiblePrefix } from "./token.ts";

/** An admin token without an end, for the person who runs the system. @returns the plaintext, shown once */
export async function createAdminToken(
  database: Queryable,
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
 * this user can read. Without a file no token is made; `npm run tokens -- create` makes one on a terminal. All of it
 * or nothing, and once, however many processes start at the same time. What the file held before is a token of
 * another database, and is replaced.
 *
 * @returns whether the workspace was made now
 */
export async function prepareFirstStart(database: Database, tokenFile: string | undefined): Promise<boolean> {
  const workspace = { name: "Default", slug: "default", teamName: "Default" };
  return createFirstWorkspace(database, workspace, async (transaction, { id }) => {
    if (tokenFile !== undefined)
      await writePrivately(tokenFile, `${await createAdminToken(transaction, id, "first admin token")}\n`);
  });
}

async function writePrivately(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    // The mode above is for a new file only; an older one may be open to others.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
