import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { authorityLasts, createAuthority, createLeaf, type Credentials, leafLasts } from "./authority.ts";
import { isSystemError } from "../system-error.ts";

export type ServerIdentity = Readonly<{
  /** The authority's certificate, which clients must trust. */
  ca: string;
  /** The server's certificate and key. */
  server: Credentials;
  /** Where `ca` lies, if it lies on disk: what NODE_EXTRA_CA_CERTS is to name. */
  caFile: string | undefined;
}>;

/** The host names and addresses that the server's certificate covers. */
export function certificateNames(vaultSuffix: string, extraHosts: readonly string[]): string[] {
  const names = ["localhost", "login.localhost", `*${vaultSuffix}`, "127.0.0.1", "::1", ...extraHosts];
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

/**
 * Loads the certificate authority and the server's certificate from a directory, and makes whatever is missing,
 * ends soon or doesn't cover a name. Private keys are readable by their owner alone. Without a directory both are
 * made anew and live in memory.
 */
export async function serverIdentity(
  directory: string | undefined,
  names: readonly string[],
  now: Date,
): Promise<ServerIdentity> {
  if (directory === undefined) {
    const authority = await createAuthority(now);
    return { ca: authority.certificate, server: await createLeaf(authority, names, now), caFile: undefined };
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const authority = await kept(
    directory,
    "ca",
    (found) => authorityLasts(found, now),
    () => createAuthority(now),
  );
  const server = await kept(
    directory,
    "server",
    (found) => leafLasts(found, authority, names, now),
    () => createLeaf(authority, names, now),
  );
  return { ca: authority.certificate, server, caFile: join(directory, "ca.pem") };
}

async function kept(
  directory: string,
  name: string,
  isGood: (found: Credentials) => boolean,
  make: () => Promise<Credentials>,
): Promise<Credentials> {
  const certificateFile = join(directory, `${name}.pem`);
  const keyFile = join(directory, `${name}-key.pem`);
  const [certificate, privateKey] = await Promise.all([readIfThere(certificateFile), readIfThere(keyFile)]);
  if (certificate !== undefined && privateKey !== undefined) {
    const found = { certificate, privateKey };
    if (isGood(found)) return found;
  }
  const made = await make();
  await replace(keyFile, made.privateKey, 0o600);
  await replace(certificateFile, made.certificate, 0o644);
  return made;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** A reader sees the old file or the new one, never half of one. */
async function replace(file: string, content: string, mode: number): Promise<void> {
  const next = `${file}.${String(process.pid)}.next`;
  await writeFile(next, content, { mode });
  await rename(next, file);
}
