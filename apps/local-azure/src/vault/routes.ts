import type { VaultOperation } from "../operations.ts";

/** What a request to a vault is about. Name and version are decoded but not checked. */
export type Route = Readonly<{
  operation: VaultOperation;
  name?: string;
  version?: string;
  /** Why it is no operation: nothing there, or not by this method. */
  refusal?: "noSuchPath" | "methodNotAllowed" | "invalidName";
}>;

const SECRETS: Readonly<Record<string, VaultOperation>> = { GET: "listSecrets" };
const SECRET: Readonly<Record<string, VaultOperation>> = {
  PUT: "setSecret",
  GET: "getSecret",
  PATCH: "updateSecret",
  DELETE: "deleteSecret",
};
const VERSION: Readonly<Record<string, VaultOperation>> = { GET: "getSecret", PATCH: "updateSecret" };
const VERSIONS: Readonly<Record<string, VaultOperation>> = { GET: "listSecretVersions" };
const BACKUP: Readonly<Record<string, VaultOperation>> = { POST: "backupSecret" };
const RESTORE: Readonly<Record<string, VaultOperation>> = { POST: "restoreSecret" };
const DELETED_SECRETS: Readonly<Record<string, VaultOperation>> = { GET: "listDeletedSecrets" };
const DELETED_SECRET: Readonly<Record<string, VaultOperation>> = {
  GET: "getDeletedSecret",
  DELETE: "purgeDeletedSecret",
};
const RECOVER: Readonly<Record<string, VaultOperation>> = { POST: "recoverDeletedSecret" };

/** Finds the operation of a path (source: the Key Vault REST specification); one trailing slash makes no difference. */
export function routeOf(method: string, path: string): Route {
  const segments = path.slice(1).split("/");
  if (segments.at(-1) === "") segments.pop();
  const [collection, rawName, third] = segments;
  const name = rawName === undefined ? undefined : decoded(rawName);
  const kind = collection?.toLowerCase();
  if (segments.length > 3 || (kind !== "secrets" && kind !== "deletedsecrets")) {
    return { operation: "unknown", refusal: "noSuchPath" };
  }
  if (name === null) return { operation: "unknown", refusal: "invalidName", name: rawName ?? "" };
  if (kind === "deletedsecrets") {
    if (name === undefined) return pick(DELETED_SECRETS, method);
    if (third === undefined) return pick(DELETED_SECRET, method, name);
    return third.toLowerCase() === "recover"
      ? pick(RECOVER, method, name)
      : { operation: "unknown", refusal: "noSuchPath", name };
  }
  if (name === undefined) return pick(SECRETS, method);
  if (third === undefined) {
    return method === "POST" && name.toLowerCase() === "restore"
      ? pick(RESTORE, method)
      : pick(SECRET, method, name);
  }
  if (third.toLowerCase() === "versions") return pick(VERSIONS, method, name);
  if (third.toLowerCase() === "backup" && method === "POST") return pick(BACKUP, method, name);
  const version = decoded(third);
  return version === null
    ? { operation: "unknown", refusal: "invalidName", name: third }
    : { ...pick(VERSION, method, name), version };
}

function pick(operations: Readonly<Record<string, VaultOperation>>, method: string, name?: string): Route {
  const named = name === undefined ? {} : { name };
  const operation = Object.hasOwn(operations, method) ? operations[method] : undefined;
  return operation === undefined
    ? { operation: "unknown", refusal: "methodNotAllowed", ...named }
    : { operation, ...named };
}

/** Null where the percent-encoding is broken. */
function decoded(segment: string): string | null {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
