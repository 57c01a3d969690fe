import {
  connectSync,
  createSync,
  givenProject,
  givenVault,
  linkSync,
  ok,
  trustSync,
  type ShownValidation,
  type TestVault,
} from "./scenario.ts";
import type { TestSystem } from "./system.ts";

/** In their order. */
export const steps = [
  "issuer_reachable",
  "assertion_minted",
  "token_exchanged",
  "secret_created",
  "secret_deleted",
  "secret_purged",
];

/** What is done otherwise than the instructions say. */
export type Deviation = Readonly<{
  role?: boolean;
  /** False: no federated credential at all. */
  trust?: false | ((syncId: string, issuer: string) => Parameters<typeof trustSync>[3]);
  /** What is entered in kvsync. */
  entered?: (system: TestSystem, vault: TestVault) => Promise<Partial<TestVault>> | Partial<TestVault>;
  azure?: (system: TestSystem, vault: TestVault) => void;
}>;

export type Begun = Readonly<{ syncId: string; validationId: string; vault: TestVault }>;

/** Sets a sync up to the point where its validation begins. */
export async function beginValidation(system: TestSystem, deviation: Deviation = {}): Promise<Begun> {
  const project = await givenProject(system);
  const vault = await givenVault(system, { role: deviation.role ?? true });
  const syncId = await createSync(system, project);
  deviation.azure?.(system, vault);
  const trust = deviation.trust ?? (() => ({}));
  if (trust !== false) trustSync(system, vault, syncId, trust(syncId, system.issuer));
  await connectSync(system, syncId, { ...vault, ...(await deviation.entered?.(system, vault)) });
  return { syncId, vault, validationId: await linkSync(system, syncId, project) };
}

export async function showValidation(
  system: TestSystem,
  { syncId, validationId }: Begun,
): Promise<ShownValidation> {
  return ok(system, "GET", `/v1/sync/${syncId}/validations/${validationId}`);
}

export const states = (validation: ShownValidation): Record<string, string> =>
  Object.fromEntries(validation.steps.map(({ step, state }) => [step, state]));

/** The steps before the failed one succeeded, and none was tried after it. */
export const upTo = (failed: string): Record<string, string> =>
  Object.fromEntries(
    steps.map((step, index) => {
      const place = index - steps.indexOf(failed);
      return [step, place < 0 ? "succeeded" : place === 0 ? "failed" : "pending"];
    }),
  );

/** How many temporary secrets are noted in the database. */
export const probesOf = (system: TestSystem, syncId: string): Promise<number> =>
  system.database.probe.count({ where: { syncId } });

export const secretsIn = ({ azure }: TestSystem, vault: TestVault): { active: number; deleted: number } =>
  azure.resources.vault(vault.name).store.counts();

/** Validates once more. @returns the new validation's id */
export async function validateAgain(system: TestSystem, syncId: string): Promise<string> {
  const answer = await ok<{ validation: { id: string } }>(system, "POST", `/v1/sync/${syncId}/validate`);
  return answer.validation.id;
}

/** What the audit log tells of a sync's validations, the newest first. */
export async function notedOf(system: TestSystem, syncId: string): Promise<object[]> {
  type Events = { events: Array<{ action: string }> };
  const { events } = await ok<Events>(system, "GET", `/v1/sync/${syncId}/audit`);
  return events.filter(({ action }) => action === "sync.validated");
}
