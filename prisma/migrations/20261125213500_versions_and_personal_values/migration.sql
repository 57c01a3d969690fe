-- A secret's version, raised with each change: its ETag.
ALTER TABLE "Secret" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

-- Members' own values, which no sync reads.
CREATE TABLE "PersonalValue" (
    "secretId" UUID NOT NULL,
    "environmentId" UUID NOT NULL,
    "memberId" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PersonalValue_pkey" PRIMARY KEY ("secretId","environmentId","memberId")
);
CREATE INDEX "PersonalValue_environmentId_idx" ON "PersonalValue"("environmentId");
CREATE INDEX "PersonalValue_memberId_idx" ON "PersonalValue"("memberId");
ALTER TABLE "PersonalValue" ADD CONSTRAINT "PersonalValue_secretId_fkey" FOREIGN KEY ("secretId") REFERENCES "Secret"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "PersonalValue" ADD CONSTRAINT "PersonalValue_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "Environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "PersonalValue" ADD CONSTRAINT "PersonalValue_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;
