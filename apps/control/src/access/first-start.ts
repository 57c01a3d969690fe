import { open } from "node:fs/promises";
import { createFirstWorkspace, createTokenRow, type Database, type Queryable } from "@kvsync/store";
import { createToken, hashToken, visiblePrefix } from "./token.ts";

/** What is chosen of an operator's token. */
export type OperatorToken = Readonly<{
  workspaceId: string;
  name: string;
  role: "admin" | "developer" | "member";
  permission: "read" | "read-write";
}>;

/** A token for a whole workspace, without an end, for whoever runs the system. @returns the plaintext, shown once */
export async function createOperatorToken(database: Queryable, wish: OperatorToken): Promise<string> {
  const token = createToken();
  await createTokenRow(database, {
    ...wish,
    prefix: visiblePrefix(token),
    hash: hashToken(token),
    scope: { all: true, teams: [], projects: [], environments: [] },
    type: "static",
    createdById: null,
    expiresAt: null,
  });
  return token;
}

/** An admin's token without an end. @returns the plaintext, shown once */
export async function createAdminToken(
  database: Queryable,
  workspaceId: string,
  name: string,
): Promise<string> {
  return createOperatorToken(database, { workspaceId, name, role: "admin", permission: "read-write" });
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
