import { ApiError } from "@kvsync/contracts";
import { adoptSchema } from "@kvsync/contracts/api";
import { allowAdoption, note, requestCheck, type AdoptionRow } from "@kvsync/store";
import { Router } from "express";
import { parseBody } from "../../http/parse.ts";
import { placeOf } from "../audit/noting.ts";
import { inLockedSync, ringIfRunning } from "../locked-change.ts";
import type { SyncServiceDependencies } from "../service.ts";
import { addressOf } from "../sync-of.ts";

/** Lets single secrets take over what holds their names in the vault. */
export function adoptionRoutes(dependencies: SyncServiceDependencies): Router {
  const { database } = dependencies;
  const router = Router({ caseSensitive: true });
  router.post("/:syncId/adopt", async (request, response) => {
    const { secretIds } = parseBody(adoptSchema, request);
    const address = await addressOf(database, request);
    const { actor } = address;
    let allowed: readonly AdoptionRow[] = [];
    const sync = await inLockedSync(database, address, "adopt", async (transaction, before) => {
      const { id: syncId } = before;
      allowed = await allowAdoption(transaction, syncId, secretIds);
      const known = new Set(allowed.map(({ secretId }) => secretId));
      const unknown = secretIds.filter((id) => !known.has(id));
      if (unknown.length > 0)
        throw new ApiError(
          404,
          "SECRET_NOT_FOUND",
          `This sync has no record of ${unknown.slice(0, 5).join(", ")}. Run the sync first, or look at its plan.`,
        );
      await requestCheck(transaction, syncId, "manual");
      const entry = { ...placeOf(before), actor, action: "adoption.allowed" } as const;
      await note(
        transaction,
        allowed.map((fields) => ({ ...entry, fields })),
      );
      return before;
    });
    await ringIfRunning(dependencies, sync, "manual");
    response.status(202).json({ allowed });
  });
  return router;
}
