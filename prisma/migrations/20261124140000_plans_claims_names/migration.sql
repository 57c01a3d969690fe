-- DropIndex
DROP INDEX "SyncRecord_syncId_heldKey_key";

-- AlterTable
ALTER TABLE "Sync" ADD COLUMN     "approvedDigest" TEXT,
ADD COLUMN     "awaitingPlanId" UUID,
ADD COLUMN     "firstPlan" TEXT NOT NULL DEFAULT 'apply',
ADD COLUMN     "firstPlanAt" TIMESTAMPTZ(3),
ADD COLUMN     "removalBrakePercent" INTEGER NOT NULL DEFAULT 30,
ADD COLUMN     "vaultSecretCount" INTEGER,
ADD COLUMN     "vaultSeenAt" TIMESTAMPTZ(3),
ADD COLUMN     "vaultWritesPer10s" INTEGER;

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "held" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "SyncRecord" ADD COLUMN     "adoptionAllowedAt" TIMESTAMPTZ(3),
ADD COLUMN     "intentEpoch" INTEGER,
ADD COLUMN     "removalApprovedAt" TIMESTAMPTZ(3),
ADD COLUMN     "vaultProperties" JSONB,
ADD COLUMN     "vaultUrl" TEXT,
ADD COLUMN     "versions" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspaceId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tokenId" UUID,
    "action" TEXT NOT NULL,
    "syncId" UUID,
    "fields" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SyncName" (
    "syncId" UUID NOT NULL,
    "secretId" UUID NOT NULL,
    "vaultName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SyncName_pkey" PRIMARY KEY ("syncId","secretId")
);

-- CreateTable
CREATE TABLE "VersionCount" (
    "syncId" UUID NOT NULL,
    "secretId" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "updates" INTEGER NOT NULL DEFAULT 0,
    "repairs" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "VersionCount_pkey" PRIMARY KEY ("syncId","secretId","hour")
);

-- CreateTable
CREATE TABLE "SyncPlan" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "syncId" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "overrides" JSONB NOT NULL DEFAULT '{}',
    "asks" TEXT,
    "generation" INTEGER,
    "digest" TEXT,
    "counts" JSONB,
    "vaultSecretCount" INTEGER,
    "failureCode" TEXT,
    "failureFields" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "computedAt" TIMESTAMPTZ(3),
    "approvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SyncPlan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SyncPlanAction" (
    "planId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "recordId" UUID,
    "secretId" UUID NOT NULL,
    "secretName" TEXT NOT NULL,
    "vaultName" TEXT,
    "reason" TEXT,
    "failureCode" TEXT,
    "failureFields" JSONB,

    CONSTRAINT "SyncPlanAction_pkey" PRIMARY KEY ("planId","position")
);

-- CreateIndex
CREATE INDEX "AuditEvent_workspaceId_at_idx" ON "AuditEvent"("workspaceId", "at");

-- CreateIndex
CREATE INDEX "AuditEvent_syncId_at_idx" ON "AuditEvent"("syncId", "at");

-- CreateIndex
CREATE INDEX "SyncName_secretId_idx" ON "SyncName"("secretId");

-- CreateIndex
CREATE INDEX "VersionCount_hour_idx" ON "VersionCount"("hour");

-- CreateIndex
CREATE INDEX "SyncPlan_syncId_createdAt_idx" ON "SyncPlan"("syncId", "createdAt");

-- CreateIndex
CREATE INDEX "SyncPlan_state_createdAt_idx" ON "SyncPlan"("state", "createdAt");

-- CreateIndex
CREATE INDEX "Sync_vaultUrl_idx" ON "Sync"("vaultUrl");

-- What records hold, they hold in their sync's vault. Where two syncs claimed one name, the older record keeps it, and a
-- disconnected sync holds nothing any more.
UPDATE "SyncRecord" r SET "vaultUrl" = s."vaultUrl"
FROM "Sync" s WHERE s."id" = r."syncId" AND r."heldKey" IS NOT NULL AND s."state" <> 'disconnected';
UPDATE "SyncRecord" SET "heldKey" = NULL WHERE "vaultUrl" IS NULL;
UPDATE "SyncRecord" r SET "heldKey" = NULL, "vaultUrl" = NULL
WHERE "heldKey" IS NOT NULL AND EXISTS (
  SELECT 1 FROM "SyncRecord" o WHERE o."vaultUrl" = r."vaultUrl" AND o."heldKey" = r."heldKey"
    AND (o."writtenAt", o."id") < (r."writtenAt", r."id"));

-- A sync that ran before needs no approval of a first plan.
UPDATE "Sync" SET "firstPlanAt" = "activatedAt";

-- CreateIndex
CREATE UNIQUE INDEX "SyncRecord_vaultUrl_heldKey_key" ON "SyncRecord"("vaultUrl", "heldKey");

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SyncName" ADD CONSTRAINT "SyncName_syncId_fkey" FOREIGN KEY ("syncId") REFERENCES "Sync"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SyncName" ADD CONSTRAINT "SyncName_secretId_fkey" FOREIGN KEY ("secretId") REFERENCES "Secret"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SyncPlan" ADD CONSTRAINT "SyncPlan_syncId_fkey" FOREIGN KEY ("syncId") REFERENCES "Sync"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SyncPlanAction" ADD CONSTRAINT "SyncPlanAction_planId_fkey" FOREIGN KEY ("planId") REFERENCES "SyncPlan"("id") ON DELETE CASCADE ON UPDATE CASCADE;
