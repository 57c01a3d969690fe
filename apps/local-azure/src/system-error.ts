/**
 * Whether an error is one of the system's with this code, for example ENOENT. Looks at the code alone, as an error
 * of Node's own modules needn't be an instance of this realm's Error (under Jest it isn't).
 */
export function isSystemError(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
