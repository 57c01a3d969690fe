import type { Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** Which request it is: a key means something for one caller and one operation alone. */
export type RequestKey = Readonly<{ actorId: string; operation: string; key: string }>;

/** What is known of a request with this key: that it is new, what was answered, that it is worked on, or another one. */
export type RequestClaim =
  | { readonly kind: "new" }
  | { readonly kind: "answered"; readonly status: number; readonly body: unknown }
  | { readonly kind: "in-progress" }
  | { readonly kind: "other-request" };

/** A request that is worked on for longer (seconds) was left behind by a process that died. */
const ABANDONED_AFTER = 60;
/** How long (hours) an answer is kept. */
const KEPT_FOR = 24;

/** Claims a key for a request, or tells what became of it. Of any number of callers at once one gets `new`. */
export async function claimRequest(
  database: Queryable,
  { actorId, operation, key }: RequestKey,
  digest: Uint8Array<ArrayBuffer>,
): Promise<RequestClaim> {
  const claimed = await database.$executeRaw`
    INSERT INTO "IdempotentRequest" AS r ("actorId", "operation", "key", "digest")
    VALUES (${actorId}::uuid, ${operation}, ${key}, ${digest})
    ON CONFLICT ("actorId", "operation", "key") DO UPDATE SET "createdAt" = now(), "digest" = ${digest},
      "status" = NULL, "body" = NULL
    WHERE r."createdAt" < now() - make_interval(hours => ${KEPT_FOR})
      OR (r."status" IS NULL AND r."digest" = ${digest}
          AND r."createdAt" < now() - make_interval(secs => ${ABANDONED_AFTER}))`;
  if (claimed === 1) return { kind: "new" };
  const known = await database.idempotentRequest.findUnique({
    where: { actorId_operation_key: { actorId, operation, key } },
  });
  // It was given back just now, so the next try gets it.
  if (known === null) return { kind: "in-progress" };
  if (!Buffer.from(known.digest).equals(digest)) return { kind: "other-request" };
  return known.status === null
    ? { kind: "in-progress" }
    : { kind: "answered", status: known.status, body: known.body };
}

/** Keeps a claimed request's answer. It must hold no secret. */
export async function keepAnswer(
  database: Queryable,
  { actorId, operation, key }: RequestKey,
  answer: Readonly<{ status: number; body: unknown }>,
): Promise<void> {
  await database.idempotentRequest.updateMany({
    where: { actorId, operation, key },
    data: {
      status: answer.status,
      body: answer.body === undefined ? Prisma.DbNull : (answer.body as Prisma.InputJsonValue),
    },
  });
}

/** Gives a claim back, because the request failed and may be tried again with the same key. */
export async function releaseRequest(
  database: Queryable,
  { actorId, operation, key }: RequestKey,
): Promise<void> {
  await database.idempotentRequest.deleteMany({ where: { actorId, operation, key, status: null } });
}

/** Forgets answers that are kept no longer. */
export async function forgetOldRequests(database: Queryable): Promise<void> {
  await database.$executeRaw`
    DELETE FROM "IdempotentRequest" WHERE "createdAt" < now() - make_interval(hours => ${KEPT_FOR})`;
}
