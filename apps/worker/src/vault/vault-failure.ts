import type { Failure } from "@kvsync/contracts";
import { errorBodyOf } from "./error-body.ts";

/** What a call was for. */
export type VaultCall = Readonly<{
  /** In words that follow “may not”. */
  action: string;
  host: string;
  vaultName?: string | undefined;
  timeoutMs: number;
}>;

/** Key Vault's answer, or the error on the way to it, in the parts that matter. */
type Answer = Readonly<{
  status: number | undefined;
  code: string;
  inner: string;
  message: string;
  requestId: string | undefined;
  retryAfterMs: number | undefined;
}>;

const PERMISSION_BY_INNER = new Set(["ForbiddenByPolicy", "AccessDenied"]);

/**
 * Turns what the Key Vault SDK throws into a failure. Source: Key Vault's error catalogue as its documentation and
 * recorded answers show it. The vault's own message goes into no failure: it repeats addresses and identities.
 */
export function vaultFailure(error: unknown, call: VaultCall): Failure {
  const answer = readAnswer(error);
  const { requestId, retryAfterMs } = answer;
  return {
    ...classify(error, answer, call),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function classify(error: unknown, answer: Answer, call: VaultCall): Pick<Failure, "code" | "fields"> {
  const { host, action } = call;
  const vaultName = call.vaultName ?? "?";
  const detail =
    [answer.code, answer.inner].filter((part) => part !== "").join(" / ") || `HTTP ${answer.status}`;
  switch (answer.status) {
    case undefined:
      return classifyNetworkError(error, call);
    case 400:
      return classifyBadRequest(answer, vaultName, detail);
    case 401:
      return /AKV10032|Invalid issuer/i.test(answer.message)
        ? { code: "VAULT_OTHER_TENANT", fields: { host } }
        : {
            code: "VAULT_TOKEN_REJECTED",
            fields: { host, detail: /AKV\d+/.exec(answer.message)?.[0] ?? detail },
          };
    case 403:
      return classifyForbidden(answer, { host, action, vaultName, detail });
    case 404:
      // In Azure the name of a vault that isn't there doesn't resolve; what stands in for it may have to say so.
      return answer.code === "VaultNotFound"
        ? { code: "VAULT_NOT_FOUND", fields: { host } }
        : { code: "VAULT_SECRET_GONE", fields: { vaultName } };
    case 405:
      return { code: "VAULT_NAME_REFUSED", fields: { vaultName } };
    case 409:
      return classifyConflict(answer, vaultName, detail);
    case 429:
      return { code: "VAULT_THROTTLED", fields: { host } };
    case 408:
      return { code: "VAULT_TIMEOUT", fields: { seconds: call.timeoutMs / 1000 } };
    default:
      return answer.status >= 500
        ? { code: "VAULT_UNAVAILABLE", fields: { status: answer.status } }
        : { code: "VAULT_UNEXPECTED", fields: { detail } };
  }
}

function classifyBadRequest(
  answer: Answer,
  vaultName: string,
  detail: string,
): Pick<Failure, "code" | "fields"> {
  if (answer.inner === "SecretTooLarge") return { code: "VAULT_VALUE_REFUSED", fields: { vaultName } };
  if (/invalid name/i.test(answer.message)) return { code: "VAULT_NAME_REFUSED", fields: { vaultName } };
  return { code: "VAULT_REQUEST_REFUSED", fields: { vaultName, detail } };
}

function classifyForbidden(
  answer: Answer,
  { host, action, vaultName, detail }: Readonly<Record<"host" | "action" | "vaultName" | "detail", string>>,
): Pick<Failure, "code" | "fields"> {
  if (answer.inner === "ForbiddenByRbac") return { code: "VAULT_ROLE_MISSING", fields: { action } };
  if (answer.inner === "ForbiddenByFirewall") return { code: "VAULT_FIREWALL", fields: { host } };
  if (answer.inner === "ForbiddenByConnection") return { code: "VAULT_PRIVATE", fields: { host } };
  if (answer.inner === "SecretDisabled") return { code: "VAULT_SECRET_DISABLED", fields: { vaultName } };
  if (
    answer.inner === "SecretManagedByKeyVault" ||
    /lifetime is managed|associated with a certificate/i.test(answer.message)
  )
    return { code: "VAULT_SECRET_MANAGED", fields: { vaultName } };
  if (/purge protection/i.test(answer.message))
    return { code: "VAULT_FORBIDDEN", fields: { host, detail: "purge protection is on" } };
  if (/does not have secrets \w+ permission/i.test(answer.message) || PERMISSION_BY_INNER.has(answer.inner))
    return /access policy|does not have secrets/i.test(answer.message) || answer.inner === "AccessDenied"
      ? { code: "VAULT_ACCESS_POLICY_MISSING", fields: { action } }
      : { code: "VAULT_POLICY_DENIED", fields: { vaultName, detail } };
  if (/disallowed by (azure )?policy|RequestDisallowedByPolicy/i.test(`${answer.code} ${answer.message}`))
    return { code: "VAULT_POLICY_DENIED", fields: { vaultName, detail } };
  return { code: "VAULT_FORBIDDEN", fields: { host, detail } };
}

function classifyConflict(
  answer: Answer,
  vaultName: string,
  detail: string,
): Pick<Failure, "code" | "fields"> {
  if (answer.inner === "ObjectIsDeletedButRecoverable")
    return { code: "VAULT_SECRET_DELETED", fields: { vaultName } };
  if (answer.inner === "ObjectIsBeingDeleted")
    return { code: "VAULT_SECRET_BEING_DELETED", fields: { vaultName } };
  if (answer.inner === "ObjectIsBeingRecovered")
    return { code: "VAULT_SECRET_BEING_RECOVERED", fields: { vaultName } };
  return { code: "VAULT_UNEXPECTED", fields: { detail } };
}

const CERTIFICATE_ERROR = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS)/;

function classifyNetworkError(
  error: unknown,
  { host, timeoutMs }: VaultCall,
): Pick<Failure, "code" | "fields"> {
  if (!(error instanceof Error)) return { code: "VAULT_UNEXPECTED", fields: { detail: "no answer" } };
  const code = textOf(error, "code") || (error.cause instanceof Error ? textOf(error.cause, "code") : "");
  if (
    error.name === "AbortError" ||
    error.name === "TimeoutError" ||
    code === "ETIMEDOUT" ||
    code === "ESOCKETTIMEDOUT"
  )
    return { code: "VAULT_TIMEOUT", fields: { seconds: timeoutMs / 1000 } };
  if (code === "ENOTFOUND") return { code: "VAULT_NOT_FOUND", fields: { host } };
  if (CERTIFICATE_ERROR.test(code)) return { code: "VAULT_CERTIFICATE", fields: { host, detail: code } };
  if (/challenge resource/i.test(error.message)) return { code: "VAULT_CHALLENGE", fields: { host } };
  if (/additionallyAllowedTenants|not configured to acquire tokens/i.test(error.message))
    return { code: "VAULT_OTHER_TENANT", fields: { host } };
  if (/^E[A-Z_]+$/.test(code)) return { code: "VAULT_UNREACHABLE", fields: { host, detail: code } };
  return { code: "VAULT_UNEXPECTED", fields: { detail: error.name } };
}

/** Takes the error's parts from where the SDK leaves them; the inner code is spelled in two ways there. */
function readAnswer(error: unknown): Answer {
  const source = typeof error === "object" && error !== null ? error : {};
  const status: unknown = Reflect.get(source, "statusCode");
  const body = objectOf(objectOf(source, "details"), "error") ?? objectOf(errorBodyOf(source), "error");
  const inner = objectOf(body, "innerError") ?? objectOf(body, "innererror");
  const headers = objectOf(objectOf(source, "response"), "headers");
  return {
    status: typeof status === "number" ? status : undefined,
    code: textOf(body, "code") || textOf(source, "code"),
    inner: textOf(inner, "code"),
    message: textOf(body, "message") || textOf(source, "message"),
    requestId: headerOf(headers, "x-ms-request-id"),
    retryAfterMs: retryAfter(headerOf(headers, "retry-after-ms"), headerOf(headers, "retry-after")),
  };
}

function retryAfter(milliseconds: string | undefined, seconds: string | undefined): number | undefined {
  if (milliseconds !== undefined && /^\d+$/.test(milliseconds)) return Number(milliseconds);
  if (seconds !== undefined && /^\d+$/.test(seconds)) return Number(seconds) * 1000;
  return undefined;
}

function headerOf(headers: object | undefined, name: string): string | undefined {
  if (headers === undefined || !("get" in headers) || typeof headers.get !== "function") return undefined;
  const value: unknown = headers.get(name);
  return typeof value === "string" ? value : undefined;
}

function objectOf(source: object | undefined, key: string): object | undefined {
  const value: unknown = source === undefined ? undefined : Reflect.get(source, key);
  return typeof value === "object" && value !== null ? value : undefined;
}

function textOf(source: object | undefined, key: string): string {
  const value: unknown = source === undefined ? undefined : Reflect.get(source, key);
  return typeof value === "string" ? value : "";
}
