import { open } from "node:fs/promises";
import {
  createFirstWorkspace,
  createMember,
  createPerson,
  createTokenRow,
  note,
  systemActor,
  type Database,
  type Transaction,
  type WorkspaceRow,
} from "@kvsync/store";
import { hashPassword } from "./passwords/argon2.ts";
import { generatePassword } from "./passwords/generate.ts";
import { createToken, hashToken, visiblePrefix } from "./tokens/token.ts";

/** What is chosen of an operator's token. */
export type OperatorToken = Readonly<{
  workspaceId: string;
  name: string;
  role: "admin" | "developer" | "member";
  permission: "read" | "read-write";
}>;

/**
 * A token for a whole workspace, without an end, for whoever runs the system. Noted in the audit log.
 *
 * @returns the plaintext, shown once
 */
export async function createOperatorToken(transaction: Transaction, wish: OperatorToken): Promise<string> {
  const token = createToken();
  const { id } = await createTokenRow(transaction, {
    ...wish,
    prefix: visiblePrefix(token),
    hash: hashToken(token),
    scope: { all: true, teams: [], projects: [], environments: [] },
    type: "static",
    createdById: null,
    expiresAt: null,
  });
  const { workspaceId, name, ...rights } = wish;
  const entity = { id, name };
  const after = { name, ...rights };
  await note(transaction, [{ workspaceId, actor: systemActor, action: "token.created", entity, after }]);
  return token;
}

/** Notes that a workspace was made by whoever runs the system. */
export async function noteWorkspace(
  transaction: Transaction,
  { id, name, slug }: WorkspaceRow,
): Promise<void> {
  const entry = { actor: systemActor, action: "workspace.created", entity: { id, name } } as const;
  await note(transaction, [{ ...entry, workspaceId: id, after: { name, slug } }]);
}

/** An admin's token without an end. @returns the plaintext, shown once */
export async function createAdminToken(
  transaction: Transaction,
  workspaceId: string,
  name: string,
): Promise<string> {
  return createOperatorToken(transaction, { workspaceId, name, role: "admin", permission: "read-write" });
}

/** What the first start makes beside the workspace; without a file, nobody could know the secret, so nothing is made. */
export type FirstStart = Readonly<{
  /** Where the admin token goes. */
  tokenFile?: string | undefined;
  /** The first admin, and where their password goes. */
  email: string;
  passwordFile?: string | undefined;
}>;

/**
 * Where there is no workspace yet, makes one with its first team, its owner and an admin token, whose password and
 * plaintext go into files that only this user can read. Where a file isn't named, `npm run users -- create` and `npm run
 * tokens -- create` make them on a terminal. All of it or nothing, and once, however many processes start at the same
 * time. What the files held before belongs to another database, and is replaced.
 *
 * @returns whether the workspace was made now
 */
export async function prepareFirstStart(
  database: Database,
  { tokenFile, passwordFile, email }: FirstStart,
): Promise<boolean> {
  const workspace = { name: "Default", slug: "default", teamName: "Default" };
  return createFirstWorkspace(database, workspace, async (transaction, made) => {
    const { id: workspaceId } = made;
    await noteWorkspace(transaction, made);
    if (passwordFile !== undefined) {
      const password = generatePassword();
      const passwordHash = await hashPassword(password);
      const { id: userId } = await createPerson(transaction, { email, name: "Admin", passwordHash });
      const scope = { all: true, teams: [], projects: [], environments: [] };
      await createMember(transaction, { workspaceId, userId, role: "admin", scope, isOwner: true });
      const entity = { id: userId, name: email };
      const after = { role: "admin", scope, isOwner: true };
      await note(transaction, [{ workspaceId, actor: systemActor, action: "member.joined", entity, after }]);
      await writePrivately(passwordFile, `${password}\n`);
    }
    if (tokenFile !== undefined)
      await writePrivately(
        tokenFile,
        `${await createAdminToken(transaction, workspaceId, "first admin token")}\n`,
      );
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
