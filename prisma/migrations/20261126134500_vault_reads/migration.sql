-- AlterTable
ALTER TABLE "Sync" ADD COLUMN     "vaultReadsPer10s" INTEGER;
