-- AlterTable
ALTER TABLE "AuditEvent" DROP CONSTRAINT "AuditEvent_workspaceId_fkey",
ADD COLUMN     "sequence" BIGINT,
ADD COLUMN     "actorKind" TEXT,
ADD COLUMN     "actorName" TEXT,
ADD COLUMN     "kind" TEXT,
ADD COLUMN     "entityType" TEXT,
ADD COLUMN     "entityId" UUID,
ADD COLUMN     "entityName" TEXT,
ADD COLUMN     "projectId" UUID,
ADD COLUMN     "environmentId" UUID,
ADD COLUMN     "before" JSONB,
ADD COLUMN     "after" JSONB,
ADD COLUMN     "previousHash" BYTEA,
ADD COLUMN     "hash" BYTEA,
ALTER COLUMN "at" DROP DEFAULT;

-- Entries from before there was a chain: they keep their order, count up to 0, and have no hash.
UPDATE "AuditEvent" e SET
  "sequence" = o."position" - o."all",
  "actorKind" = CASE WHEN e."userId" IS NOT NULL THEN 'person' WHEN e."tokenId" IS NOT NULL THEN 'token' ELSE 'system' END,
  "actorName" = COALESCE((SELECT "name" FROM "User" u WHERE u."id" = e."userId"),
    (SELECT "name" FROM "ApiToken" t WHERE t."id" = e."tokenId"), ''),
  "kind" = CASE WHEN e."action" ~ '[.](created|begun|refused|joined|invited|approved)$' AND e."syncId" IS NULL THEN 'CREATE'
    WHEN e."action" ~ '[.](deleted|removed|revoked|ended|denied|disconnected)$' THEN 'DELETE' ELSE 'UPDATE' END,
  "entityType" = CASE WHEN e."syncId" IS NOT NULL THEN 'sync'
    WHEN e."action" = 'member.invited' THEN 'invitation'
    WHEN e."action" ~ '^(session|device|password)[.]' THEN 'user'
    ELSE split_part(e."action", '.', 1) END,
  "entityId" = COALESCE(e."syncId", (e."fields" #>> '{entity,id}')::uuid),
  "entityName" = e."fields" #>> '{entity,name}',
  "projectId" = (e."fields" ->> 'projectId')::uuid,
  "environmentId" = (e."fields" ->> 'environmentId')::uuid,
  "before" = CASE WHEN jsonb_typeof(e."fields" -> 'before') = 'object' THEN e."fields" -> 'before' END,
  "after" = CASE WHEN jsonb_typeof(e."fields" -> 'after') = 'object' THEN e."fields" -> 'after' END,
  "fields" = e."fields" - 'entity'
FROM (SELECT "id", row_number() OVER w AS "position", count(*) OVER (PARTITION BY "workspaceId") AS "all"
  FROM "AuditEvent" WINDOW w AS (PARTITION BY "workspaceId" ORDER BY "at", "id")) o
WHERE o."id" = e."id";

-- AlterTable
ALTER TABLE "AuditEvent" ALTER COLUMN "sequence" SET NOT NULL,
ALTER COLUMN "actorKind" SET NOT NULL,
ALTER COLUMN "actorName" SET NOT NULL,
ALTER COLUMN "kind" SET NOT NULL,
ALTER COLUMN "entityType" SET NOT NULL;

-- DropIndex
DROP INDEX "AuditEvent_syncId_at_idx";

-- CreateIndex
CREATE UNIQUE INDEX "AuditEvent_workspaceId_sequence_key" ON "AuditEvent"("workspaceId", "sequence");

-- CreateIndex
CREATE INDEX "AuditEvent_workspaceId_action_sequence_idx" ON "AuditEvent"("workspaceId", "action", "sequence");

-- CreateIndex
CREATE INDEX "AuditEvent_workspaceId_entityId_sequence_idx" ON "AuditEvent"("workspaceId", "entityId", "sequence");

-- CreateIndex
CREATE INDEX "AuditEvent_workspaceId_userId_sequence_idx" ON "AuditEvent"("workspaceId", "userId", "sequence");

-- CreateIndex
CREATE INDEX "AuditEvent_workspaceId_tokenId_sequence_idx" ON "AuditEvent"("workspaceId", "tokenId", "sequence");

-- CreateIndex
CREATE INDEX "AuditEvent_syncId_sequence_idx" ON "AuditEvent"("syncId", "sequence");

-- CreateTable
CREATE TABLE "AuditHead" (
    "workspaceId" UUID NOT NULL,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "AuditHead_pkey" PRIMARY KEY ("workspaceId")
);

-- CreateTable
CREATE TABLE "AuditAnchor" (
    "workspaceId" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sealed" BYTEA NOT NULL,
    "keyEncryptionKeyId" TEXT NOT NULL,

    CONSTRAINT "AuditAnchor_pkey" PRIMARY KEY ("workspaceId","sequence")
);

-- CreateTable
CREATE TABLE "AuditVerification" (
    "workspaceId" UUID NOT NULL,
    "verifiedAt" TIMESTAMPTZ(3) NOT NULL,
    "sequence" BIGINT NOT NULL,
    "problem" TEXT,
    "problemAt" BIGINT,
    "brokenSince" TIMESTAMPTZ(3),

    CONSTRAINT "AuditVerification_pkey" PRIMARY KEY ("workspaceId")
);

-- The log is append-only, whoever asks.
CREATE FUNCTION kvsync_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of "%" are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION kvsync_refuse_unchained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."sequence" < 1 OR NEW."hash" IS NULL OR NEW."previousHash" IS NULL THEN
    RAISE EXCEPTION 'an audit entry must be part of the chain' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION kvsync_refuse_older_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."sequence" <= OLD."sequence" OR NEW."workspaceId" <> OLD."workspaceId" THEN
    RAISE EXCEPTION 'the head of an audit chain only ever goes on' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE OR DELETE ON "AuditEvent"
  FOR EACH ROW EXECUTE FUNCTION kvsync_refuse_change();
CREATE TRIGGER "AuditEvent_no_truncate" BEFORE TRUNCATE ON "AuditEvent"
  FOR EACH STATEMENT EXECUTE FUNCTION kvsync_refuse_change();
CREATE TRIGGER "AuditEvent_chained" BEFORE INSERT ON "AuditEvent"
  FOR EACH ROW EXECUTE FUNCTION kvsync_refuse_unchained();
CREATE TRIGGER "AuditHead_goes_on" BEFORE UPDATE ON "AuditHead"
  FOR EACH ROW EXECUTE FUNCTION kvsync_refuse_older_head();
CREATE TRIGGER "AuditHead_stays" BEFORE DELETE ON "AuditHead"
  FOR EACH ROW EXECUTE FUNCTION kvsync_refuse_change();
CREATE TRIGGER "AuditHead_no_truncate" BEFORE TRUNCATE ON "AuditHead"
  FOR EACH STATEMENT EXECUTE FUNCTION kvsync_refuse_change();
CREATE TRIGGER "AuditAnchor_append_only" BEFORE UPDATE OR DELETE ON "AuditAnchor"
  FOR EACH ROW EXECUTE FUNCTION kvsync_refuse_change();
CREATE TRIGGER "AuditAnchor_no_truncate" BEFORE TRUNCATE ON "AuditAnchor"
  FOR EACH STATEMENT EXECUTE FUNCTION kvsync_refuse_change();
