import { z } from "zod";
import {
  existingPolicySchema,
  guidSchema,
  idSchema,
  namePolicySchema,
  prefixSchema,
  slugSchema,
} from "../identifiers.ts";

/** Ids in examples. Tests put real ones in their places. */
export const exampleIds = {
  workspace: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a01",
  team: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a02",
  project: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a03",
  environment: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a04",
  secret: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a05",
  sync: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a06",
  run: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a07",
  plan: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a08",
  validation: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a09",
  token: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a0a",
  record: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a0f",
  member: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a0b",
  invitation: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a0c",
  webhook: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a0d",
  delivery: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a0e",
} as const;

/** The slugs of the workspace and the project in examples. */
export const exampleSlugs = { workspace: "default", project: "webshop" } as const;

/** An id in an answer. */
export const idText = z.guid();

/** An instant in an answer, in UTC: `2026-11-25T08:00:00.000Z`. */
export const timestampSchema = z.iso.datetime().meta({ example: "2026-11-25T08:00:00.000Z" });

/** An id in a path. */
export const idParam = (what: keyof typeof exampleIds): typeof idSchema =>
  idSchema.meta({ description: `The ${what}'s id.`, example: exampleIds[what] });

/** A workspace or project in a path, by slug or id. */
const reference = (what: keyof typeof exampleSlugs): z.ZodString =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description: `The ${what}'s slug or id.`, example: exampleSlugs[what] });

export const workspaceParams = z.strictObject({ workspace: reference("workspace") });
export const projectParams = z.strictObject({
  workspace: reference("workspace"),
  project: reference("project"),
});

/** The name that a person gives to something. */
export const nameSchema = z.string().trim().min(1).max(100);

/** How long a page of a list is, and where it goes on. */
export const pageShape = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(50)
    .meta({ description: "How many entries a page has at most." }),
  cursor: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "The `nextCursor` of the page before. Opaque." }),
};

/** Where a list goes on: null on its last page. */
export const nextCursorSchema = z
  .string()
  .nullable()
  .meta({ description: "The `cursor` of the next page; null on the last one." });

/**
 * The same for a list that is a bare array, as Enkryptify's clients know it: they ask for no page and get all of it.
 */
export const pageOfArrayShape = {
  limit: pageShape.limit.removeDefault().optional().meta({
    description: "How many entries a page has at most. Without `limit` and `cursor` all are answered.",
  }),
  cursor: pageShape.cursor.meta({ description: "The `next-cursor` header of the page before. Opaque." }),
};

export type AskedPage = Readonly<{ limit: number; cursor: string | undefined }>;

/** The page that a query of {@link pageOfArrayShape} asks for; undefined for all of the list. */
export function askedPage({
  limit,
  cursor,
}: Readonly<{ limit?: number | undefined; cursor?: string | undefined }>): AskedPage | undefined {
  return limit === undefined && cursor === undefined ? undefined : { limit: limit ?? 50, cursor };
}

/** For a list that is filtered by nothing. */
export const pageQuerySchema = z
  .strictObject(pageOfArrayShape)
  .transform((query) => ({ page: askedPage(query) }));

/** What each list that is a bare array says of its pages. */
export const PAGED_ARRAY =
  "Without `limit` and `cursor` all of it. A page's `next-cursor` header tells where the next one begins; the last page has none.";

/** Where a page of a bare array goes on. */
export const nextCursorHeader = z
  .string()
  .optional()
  .meta({ description: "The `cursor` of the next page; absent on the last one." });

/** Several of a few words, given several times or as a list with commas. */
export function listOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodType<Array<Words[number]>, string | string[]> {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((part) => part.split(",")))
    .pipe(z.array(z.enum(words)).min(1))
    .meta({
      description: `Any of ${words.join(", ")}; several times, or as a list with commas.`,
      example: words[0],
    });
}

/** Bodies of actions that take nothing: absent or an empty object. */
export const nothingSchema = z.strictObject({}).optional();

/** The answer of operations that have nothing to tell but that they did it. */
export const successSchema = z.object({ success: z.literal(true) }).meta({ id: "Success" });

export { existingPolicySchema, guidSchema, idSchema, namePolicySchema, prefixSchema, slugSchema };
