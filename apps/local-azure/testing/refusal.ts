import type { Reply } from "./https.ts";

type ErrorBody = Readonly<{ error: { code: string; message: string; innererror?: { code: string } } }>;

/** The message of an error in the form that vaults and management share. */
export function messageOf({ body }: Reply): string {
  return (body as ErrorBody).error.message;
}

/** Status, code and, where there is one, inner code. */
export function refusalOf({ status, body }: Reply): [number, string, string?] {
  const { code, innererror } = (body as ErrorBody).error;
  return innererror === undefined ? [status, code] : [status, code, innererror.code];
}

/** Status, OAuth's error word and the number of AADSTS. */
export function entraRefusalOf({ status, body }: Reply): [number, string, number] {
  const { error, error_codes: codes } = body as { error: string; error_codes: readonly number[] };
  return [status, error, codes[0] ?? 0];
}
