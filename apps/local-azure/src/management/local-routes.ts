import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { Tenant } from "../directory/model.ts";
import type { Knobs } from "../knobs/knobs.ts";
import type { KnobsPatch } from "../knobs/schema.ts";
import { OPERATIONS } from "../operations.ts";
import type { RequestLog } from "../statistics/request-log.ts";
import type { Statistics } from "../statistics/statistics.ts";
import { parseInput } from "./errors.ts";
import type { ResourceManager } from "./resource-manager.ts";
import type { ManagementRoute } from "./router.ts";
import { seedSecret, type SeedInput, seedSecrets, type SeedsInput } from "./seeding.ts";
import { createTenant } from "./tenants.ts";

const advanceInput = z.strictObject({
  milliseconds: z
    .number()
    .int()
    .min(0)
    .max(100 * 366 * 86_400_000),
});
const requestsQuery = z.strictObject({
  vault: z.string().optional(),
  operation: z.enum(OPERATIONS).optional(),
  outcome: z
    .union([z.enum(["dropped", "hung"]), z.coerce.number<string>().int().min(100).max(599)])
    .optional(),
  limit: z.coerce.number<string>().int().min(1).max(50_000).default(1000),
});

/** What Azure has no counterpart of: tenants, seeds, knobs, the clock, statistics. */
export function localRoutes(
  parts: Readonly<{
    directory: Directory;
    manager: ResourceManager;
    clock: Clock;
    knobs: Knobs;
    statistics: Statistics;
    requestLog: RequestLog;
  }>,
): ManagementRoute[] {
  const { directory, manager, clock, knobs, statistics, requestLog } = parts;
  return [
    {
      method: "GET",
      pattern: /^\/local\/health$/,
      open: true,
      handle: () => ({ status: 200, body: { status: "ok" } }),
    },
    {
      method: "POST",
      pattern: /^\/local\/tenants$/,
      handle: ({ body }) => {
        const { saved, created } = createTenant(directory, body ?? {});
        return { status: created ? 201 : 200, body: tenantBody(saved) };
      },
    },
    {
      method: "GET",
      pattern: /^\/local\/tenants$/,
      handle: () => ({ status: 200, body: { value: directory.tenants().map(tenantBody) } }),
    },
    {
      method: "PUT",
      pattern: /^\/local\/vaults\/([^/]+)\/secrets\/([^/]+)$/,
      handle: ({ parameters: [vault = "", name = ""], body }) => {
        seedSecret(manager.vault(vault), clock, name, body as SeedInput);
        return { status: 204 };
      },
    },
    {
      method: "POST",
      pattern: /^\/local\/vaults\/([^/]+)\/secrets$/,
      handle: ({ parameters: [vault = ""], body }) => ({
        status: 200,
        body: { seeded: seedSecrets(manager.vault(vault), clock, body as SeedsInput) },
      }),
    },
    {
      method: "GET",
      pattern: /^\/local\/vaults\/([^/]+)$/,
      handle: ({ parameters: [vault = ""] }) => {
        const running = manager.vault(vault);
        return { status: 200, body: { name: running.vault.name, secrets: running.store.counts() } };
      },
    },
    {
      method: "GET",
      pattern: /^\/local\/knobs$/,
      handle: () => ({ status: 200, body: knobs.snapshot() }),
    },
    {
      method: "PATCH",
      pattern: /^\/local\/knobs$/,
      handle: ({ body }) => ({ status: 200, body: knobs.patch(body as KnobsPatch) }),
    },
    {
      method: "POST",
      pattern: /^\/local\/knobs\/reset$/,
      handle: () => ({ status: 200, body: knobs.reset() }),
    },
    {
      method: "POST",
      pattern: /^\/local\/clock\/advance$/,
      handle: ({ body }) => {
        knobs.advance(parseInput(advanceInput, body).milliseconds);
        return { status: 200, body: { now: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs } };
      },
    },
    {
      method: "GET",
      pattern: /^\/local\/statistics$/,
      handle: () => ({ status: 200, body: statistics.snapshot() }),
    },
    {
      method: "POST",
      pattern: /^\/local\/statistics\/reset$/,
      handle: () => {
        statistics.reset();
        requestLog.reset();
        return { status: 204 };
      },
    },
    {
      method: "GET",
      pattern: /^\/local\/requests$/,
      handle: ({ exchange }) => {
        const { limit, vault, operation, outcome } = parseInput(
          requestsQuery,
          Object.fromEntries(exchange.query),
        );
        const found = requestLog.list({
          ...(vault === undefined ? {} : { vault }),
          ...(operation === undefined ? {} : { operation }),
          ...(outcome === undefined ? {} : { outcome }),
        });
        return { status: 200, body: { total: found.length, value: found.slice(-limit) } };
      },
    },
  ];
}

function tenantBody({ id, displayName, domain }: Tenant): Record<string, unknown> {
  return { tenantId: id, displayName, domain };
}
