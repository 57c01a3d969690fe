import { setTimeout as delay } from "node:timers/promises";
import type { Stack } from "./stack.ts";

export const SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

/** Requests to one vault by operation and then by status. */
export type Calls = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What local Azure counted since the last reset. */
export async function callsByVault({ azure }: Stack): Promise<Readonly<Record<string, Calls>>> {
  const { vaults } = await azure.call("GET", "/local/statistics");
  return vaults as Record<string, Calls>;
}

export async function callsTo(stack: Stack, vault: string): Promise<Calls> {
  return (await callsByVault(stack))[vault] ?? {};
}

/** How often these operations were asked for, whatever the answer; all operations unless some are named. */
export function countOf(calls: Calls, ...operations: readonly string[]): number {
  return Object.entries(calls)
    .filter(([operation]) => operations.length === 0 || operations.includes(operation))
    .flatMap(([, outcomes]) => Object.values(outcomes))
    .reduce((sum, count) => sum + count, 0);
}

export async function resetStatistics({ azure }: Stack): Promise<void> {
  await azure.call("POST", "/local/statistics/reset");
}

/** What each request to Entra and the vaults takes, in milliseconds. */
export async function setRoundTrip({ azure }: Stack, ms: number): Promise<void> {
  await azure.call("PATCH", "/local/knobs", { latency: { allMs: ms } });
}

/** Azure's limits, or none. @param creates new versions in 10 s per vault; null for no limit at all */
export async function setThrottle({ azure }: Stack, creates: number | null): Promise<void> {
  const none = 1_000_000_000;
  await azure.call("PATCH", "/local/knobs", {
    throttle: creates === null ? { creates: none, others: none } : { creates, others: 4000 },
    // What a validation tries out is gone soon.
    deletion: { deleteMs: 20, recoverMs: 20, purgeMs: 10 },
  });
}

export type LoggedCall = Readonly<{
  at: string;
  secret?: string;
  outcome: number | string;
  durationMs: number;
}>;

/** The requests of one kind that local Azure remembers, oldest first. */
export async function requestsOf({ azure }: Stack, vault: string, operation: string): Promise<LoggedCall[]> {
  const query = `vault=${vault}&operation=${operation}&limit=50000`;
  return (await azure.call("GET", `/local/requests?${query}`))["value"] as LoggedCall[];
}

export type Vault = Readonly<{ name: string; id: string; vaultUrl: string; localUri: string }>;
export type Application = Readonly<{ objectId: string; clientId: string; principalId: string }>;

export async function createVault(stack: Stack, name: string): Promise<Vault> {
  const { setup, tenantId } = stack.azure;
  return { name, ...(await setup.vault(name, tenantId)) };
}

/** An app registration that may do everything with this vault's secrets. */
export async function createApplication(stack: Stack, name: string, vault: Vault): Promise<Application> {
  const application = await stack.azure.setup.application(name);
  await stack.azure.setup.roleAssignment(vault.id, SECRETS_OFFICER, application.principalId);
  return application;
}

/** Asks until the answer is something. @throws when it isn't within so many milliseconds */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | null | false>,
  { everyMs = 25, withinMs = 60_000 }: Readonly<{ everyMs?: number; withinMs?: number }> = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await delay(everyMs);
  }
}
