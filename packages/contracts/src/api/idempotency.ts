import { z } from "zod";

export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, { error: "must be 1 to 255 visible ASCII characters, without spaces" });

/** The request header of operations that are safe to repeat. */
export const idempotencyHeaders = z.object({
  "idempotency-key": idempotencyKeySchema.optional().meta({
    description:
      "Any text of yours that is new for each request, a UUID say. The same request with the same key is carried out once, and answered the same again for a day.",
    example: "5f0c7a52-7a0e-4f62-a3a1-0b7b8d8f2a55",
  }),
});

/** The answer header that tells an answer given again. */
export const idempotencyReplayed = { "idempotency-replayed": z.literal("true").optional() } as const;

/** What a request with a key may be refused for. */
export const idempotencyProblems = {
  409: ["IDEMPOTENCY_KEY_IN_USE"],
  422: ["IDEMPOTENCY_KEY_REUSED"],
} as const;
