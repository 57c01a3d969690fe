import { refusal } from "./errors.ts";

/** The fields of a token request, whose values nothing logs. */
export type Form = Readonly<{ get: (name: string) => string | undefined; require: (name: string) => string }>;

/**
 * Reads a form-encoded body. A body of another content type counts as an empty form, which is how Entra comes to
 * answer JSON with "must contain the following parameter: 'grant_type'". Unknown fields are ignored.
 */
export function parseForm(contentType: string | undefined, body: string): Form {
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType ?? "");
  const fields = new URLSearchParams(isForm ? body : "");
  const get = (name: string): string | undefined => {
    const values = fields.getAll(name);
    if (values.length > 1) throw refusal.parameterDuplicated(name);
    return values[0] === "" ? undefined : values[0];
  };
  return {
    get,
    require: (name) => {
      const value = get(name);
      if (value === undefined) throw refusal.parameterMissing(name);
      return value;
    },
  };
}
