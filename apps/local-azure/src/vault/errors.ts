import type { OutgoingHttpHeaders } from "node:http";
import type { Answer } from "../http/exchange.ts";
import type { Vault } from "./model.ts";

/** What a vault refuses a request with. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly status: number;
  readonly code: string;
  readonly innererror: string | undefined;
  readonly headers: OutgoingHttpHeaders;

  constructor(
    status: number,
    code: string,
    message: string,
    innererror?: string,
    headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.innererror = innererror;
    this.headers = headers;
  }
}

/** Who calls, as Key Vault's messages name them. */
export type CallerText = Readonly<{ appid: string; oid: string; iss: string }>;

const placeText = (vault: Vault): string => `Vault: ${vault.name};location=${vault.location}`;
const callerText = ({ appid, oid, iss }: CallerText): string => `appid=${appid};oid=${oid};iss=${iss}`;
const callerLine = (caller: CallerText | undefined): string =>
  caller === undefined ? "" : `Caller: ${callerText(caller)}\r\n`;

/** Key Vault's refusals with their statuses, codes and texts (source: recorded answers). */
export const deny = {
  badParameter: (message: string): VaultError => new VaultError(400, "BadParameter", message),
  invalidName: (name: string): VaultError =>
    new VaultError(400, "BadParameter", `The request URI contains an invalid name: ${name}`),
  /** The two blanks are Key Vault's: it leaves the property's name out. */
  invalidProperty: (property = ""): VaultError =>
    new VaultError(400, "BadParameter", `Property ${property} has invalid value\r\n`),
  secretTooLarge: (): VaultError =>
    new VaultError(
      400,
      "BadParameter",
      "Secret is beyond the maximum permitted length of 25600 characters.",
      "SecretTooLarge",
    ),
  malformedBackup: (): VaultError => new VaultError(400, "Malformed backup blob", "Backup blob is corrupt."),
  tooManyVersions: (limit: number): VaultError =>
    new VaultError(
      400,
      "BadParameter",
      `The secret has more than ${String(limit)} versions and can't be backed up.`,
    ),
  unauthorized: (message: string, challenge: string): VaultError =>
    new VaultError(401, "Unauthorized", message, undefined, { "WWW-Authenticate": challenge }),
  byRbac: (vault: Vault, caller: CallerText, action: string, resource: string): VaultError =>
    new VaultError(
      403,
      "Forbidden",
      `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: ${callerText(caller)}\r\nAction: '${action}'\r\nResource: '${resource}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\n${placeText(vault)}\r\n`,
      "ForbiddenByRbac",
    ),
  byPolicy: (vault: Vault, caller: CallerText, permission: string): VaultError =>
    new VaultError(
      403,
      "Forbidden",
      `The user, group or application 'appid=${caller.appid};oid=${caller.oid};numgroups=0;iss=${caller.iss}' does not have secrets ${permission} permission on key vault '${vault.name};location=${vault.location}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
      "ForbiddenByPolicy",
    ),
  byFirewall: (vault: Vault, address: string, caller: CallerText | undefined): VaultError =>
    new VaultError(
      403,
      "Forbidden",
      `Client address is not authorized and caller is not a trusted service.\r\nClient address: ${address}\r\n${callerLine(caller)}${placeText(vault)}`,
      "ForbiddenByFirewall",
    ),
  byConnection: (vault: Vault, caller: CallerText | undefined): VaultError =>
    new VaultError(
      403,
      "Forbidden",
      `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${callerLine(caller)}${placeText(vault)}`,
      "ForbiddenByConnection",
    ),
  disabled: (): VaultError =>
    new VaultError(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled"),
  setOfManaged: (): VaultError =>
    new VaultError(
      403,
      "Forbidden",
      'Operation "set" is not allowed as this object\'s lifetime is managed by Key Vault.',
      "SecretManagedByKeyVault",
    ),
  deleteOfManaged: (): VaultError =>
    new VaultError(
      403,
      "Forbidden",
      'Operation "delete" is not allowed on this secret, since it is associated with a certificate. Perform the operation on the corresponding certificate.',
      "SecretManagedByKeyVault",
    ),
  purgeProtected: (vault: Vault): VaultError =>
    new VaultError(
      403,
      "Forbidden",
      `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\n${placeText(vault)}`,
    ),
  notFound: (nameOrId: string): VaultError =>
    new VaultError(
      404,
      "SecretNotFound",
      `A secret with (name/id) ${nameOrId} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
    ),
  deletedNotFound: (name: string): VaultError =>
    new VaultError(404, "SecretNotFound", `Deleted Secret not found: ${name}`),
  noSuchPath: (path: string): VaultError =>
    new VaultError(404, "NotFound", `Local Azure's vaults hold secrets only; there is nothing at ${path}.`),
  methodNotAllowed: (method: string): VaultError =>
    new VaultError(405, "MethodNotAllowed", `HTTP ${method} not allowed`),
  deletedButRecoverable: (name: string): VaultError =>
    new VaultError(
      409,
      "Conflict",
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
      "ObjectIsDeletedButRecoverable",
    ),
  beingDeleted: (name: string): VaultError =>
    new VaultError(
      409,
      "Conflict",
      `Secret ${name} is currently being deleted and cannot be re-created; retry later.`,
      "ObjectIsBeingDeleted",
    ),
  stillBeingDeleted: (): VaultError =>
    new VaultError(409, "Conflict", "Secret is currently being deleted.", "ObjectIsBeingDeleted"),
  beingRecovered: (name: string): VaultError =>
    new VaultError(
      409,
      "Conflict",
      `Secret ${name} is currently being recovered; retry later.`,
      "ObjectIsBeingRecovered",
    ),
  alreadyExists: (name: string): VaultError =>
    new VaultError(409, "Conflict", `Secret ${name} already exists in this vault.`),
  bodyTooLarge: (): VaultError =>
    new VaultError(413, "RequestEntityTooLarge", "The request body is too large.", undefined, {
      Connection: "close",
    }),
  throttled: (retryAfterSeconds: number | null): VaultError =>
    new VaultError(
      429,
      "Throttled",
      "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
      undefined,
      retryAfterSeconds === null ? {} : { "Retry-After": String(retryAfterSeconds) },
    ),
};

/** The answer that a refusal becomes. */
export function errorAnswer(error: VaultError): Answer {
  const inner = error.innererror === undefined ? {} : { innererror: { code: error.innererror } };
  return {
    status: error.status,
    headers: error.headers,
    body: { error: { code: error.code, message: error.message, ...inner } },
    code: error.innererror ?? error.code,
  };
}
