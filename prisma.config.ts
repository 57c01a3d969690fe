import { defineConfig } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema",
  migrations: { path: "prisma/migrations" },
  // `prisma generate` and `validate` need no database, so an absent address is no error here.
  datasource: { url: process.env["DATABASE_URL"] ?? "postgresql://localhost/kvsync" },
});
