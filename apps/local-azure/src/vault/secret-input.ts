import { z } from "zod";
import { deny } from "./errors.ts";

/** What Key Vault's messages and documents count in: characters, that is UTF-16 code units (see README). */
export const MAX_VALUE_LENGTH = 25_600;
const MAX_CONTENT_TYPE_LENGTH = 255;
const MAX_TAGS = 15;
const MAX_TAG_NAME_LENGTH = 512;
const MAX_TAG_VALUE_LENGTH = 256;

const name = /^[0-9a-zA-Z-]{1,127}$/;

const seconds = z.number().int().min(0).max(253_402_300_799);
const attributes = z.object({
  enabled: z.boolean().nullish(),
  nbf: seconds.nullish(),
  exp: seconds.nullish(),
});
const settable = {
  contentType: z.string().max(MAX_CONTENT_TYPE_LENGTH).nullish(),
  attributes: attributes.nullish(),
  tags: z
    .record(z.string().min(1).max(MAX_TAG_NAME_LENGTH), z.string().max(MAX_TAG_VALUE_LENGTH))
    .refine((tags) => Object.keys(tags).length <= MAX_TAGS)
    .nullish(),
};
const setBody = z.object({ value: z.string(), ...settable });
const updateBody = z.object(settable);
const restoreBody = z.object({ value: z.string().min(1) });

export type SetInput = z.output<typeof setBody>;
export type UpdateInput = z.output<typeof updateBody>;

/** Whether a string can be a secret's name. */
export function isSecretName(text: string): boolean {
  return name.test(text);
}

/** @throws {VaultError} 400 naming nothing but "Property", as Key Vault does, and SecretTooLarge for the value */
export function parseSet(body: unknown): SetInput {
  const input = parse(setBody, body);
  if (input.value.length > MAX_VALUE_LENGTH) throw deny.secretTooLarge();
  return input;
}

export function parseUpdate(body: unknown): UpdateInput {
  return parse(updateBody, body);
}

/** The blob of a backup. */
export function parseRestore(body: unknown): string {
  return parse(restoreBody, body).value;
}

/** Fields that Key Vault doesn't know are ignored. */
function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw deny.badParameter("The request body must be a JSON object.");
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw deny.invalidProperty();
  return parsed.data;
}
