import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { configFolder, keep, readKept } from "./folder.ts";
import type { Context } from "../context.ts";

/** What is kept of a sign-in. */
export type Credential = Readonly<{ token: string; expiresAt: string | null }>;

const FILE = "credentials.json";
type Place = Pick<Context, "env" | "home">;

/** The credential that is kept for a server. A file that others could read is closed to them first. */
export async function keptCredential(place: Place, server: string): Promise<Credential | undefined> {
  const path = join(configFolder(place), FILE);
  const found = (await keptServers(place))[server];
  if (found === undefined) return undefined;
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  return found;
}

export async function keepCredential(place: Place, server: string, credential: Credential): Promise<void> {
  await keep(configFolder(place), FILE, { servers: { ...(await keptServers(place)), [server]: credential } });
}

/** Forgets the credential for a server. @returns whether there was one */
export async function forgetCredential(place: Place, server: string): Promise<boolean> {
  const { [server]: forgotten, ...servers } = await keptServers(place);
  if (forgotten === undefined) return false;
  await keep(configFolder(place), FILE, { servers });
  return true;
}

async function keptServers(place: Place): Promise<Readonly<Record<string, Credential>>> {
  const kept = await readKept(join(configFolder(place), FILE));
  const servers = Object.entries((kept?.["servers"] ?? {}) as Record<string, Partial<Credential>>);
  return Object.fromEntries(
    servers.flatMap(([server, { token, expiresAt }]) =>
      typeof token === "string" ? [[server, { token, expiresAt: expiresAt ?? null }]] : [],
    ),
  );
}
