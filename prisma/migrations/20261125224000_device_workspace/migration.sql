-- AlterTable
ALTER TABLE "DeviceLogin" ADD COLUMN     "workspaceId" UUID;


