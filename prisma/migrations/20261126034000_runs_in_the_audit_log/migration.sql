-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "audit" TEXT,
ADD COLUMN     "valuesRead" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "worker" TEXT;

-- Few runs wait to be noted at any time, of many that there are.
CREATE INDEX "Run_audit_due_idx" ON "Run"("startedAt") WHERE "audit" = 'due';
