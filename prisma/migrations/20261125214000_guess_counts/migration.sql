-- AlterTable
ALTER TABLE "User" DROP COLUMN "failedSignIns",
DROP COLUMN "lockedUntil";

-- CreateTable
CREATE TABLE "GuessCount" (
    "target" BYTEA NOT NULL,
    "failures" INTEGER NOT NULL,
    "lockedUntil" TIMESTAMPTZ(3),
    "lastAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GuessCount_pkey" PRIMARY KEY ("target")
);

-- CreateIndex
CREATE INDEX "GuessCount_lastAt_idx" ON "GuessCount"("lastAt");


