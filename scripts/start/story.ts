import type { AzureSetup, AzureSide, JsonClient } from "@kvsync/control/azure-setup";
import type { NamePolicy } from "./options.ts";
import type { Source } from "./source.ts";
import { bad, block, facts, faint, good, heading, say, took, wrapped } from "./terminal.ts";

/** What the story of the first job is told about. */
export type Job = Readonly<{
  control: JsonClient;
  azure: AzureSetup;
  source: Source;
  vaultName: string;
  namePolicy: NamePolicy;
}>;

type Failure = Readonly<{ code: string; message: string; hint: string }>;
type Step = Readonly<{ step: string; state: string; durationMs: number | null; failure: Failure | null }>;
type Validation = Readonly<{ id: string; state: string; steps: readonly Step[]; failure: Failure | null }>;
type Run = Readonly<{
  id: string;
  state: string;
  total: number;
  counts: Readonly<Record<string, number>>;
  failure: Failure | null;
  durationMs: number | null;
}>;
type Sync = Readonly<{
  id: string;
  name: string;
  state: string;
  upToDate: boolean;
  lastRun?: Run;
  vaultUrl: string;
}>;
type Guide = Readonly<{
  syncConfigId: string;
  issuer: string;
  subject: string;
  audience: string;
  credentialName: string;
  snippet: Readonly<{ name: string; issuer: string; subject: string; audiences: readonly string[] }>;
  role: Readonly<{ name: string; id: string }>;
}>;

/** Something in the story didn't go as it should; the message has been shown. */
export class StoryError extends Error {}

const POLL_MS = 60;
const PATIENCE_MS = 90_000;

/** Sets the sync up as a user does, or finds the one of an earlier start. */
export async function ensureSync(job: Job): Promise<{ syncId: string; side: AzureSide }> {
  const name = `${job.vaultName} (${job.namePolicy})`;
  const syncs = (await job.control(
    "GET",
    `/v1/sync?project=${job.source.projectSlug}`,
  )) as unknown as readonly Sync[];
  const known = syncs.find((sync) => sync.name === name);

  heading(2, known === undefined ? "A sync is created" : "The sync of an earlier start is there");
  const guide = (known === undefined
    ? await job.control("POST", "/v1/sync/azure-key-vault/start", { project: job.source.projectSlug, name })
    : await job.control("GET", `/v1/sync/${known.id}/setup`)) as unknown as Guide;
  say("   These are the values to copy into Azure:");
  facts([
    ["Issuer", guide.issuer],
    ["Subject", guide.subject],
    ["Audience", guide.audience],
    ["Name", guide.credentialName],
  ]);
  say();
  block(JSON.stringify(guide.snippet, null, 2));

  heading(3, "Azure is told to trust it: the three acts that you do in the portal");
  const side = await tellAzure(job, guide);
  const syncId = guide.syncConfigId;
  if (known?.state === "active") {
    await job.control("POST", `/v1/sync/${syncId}/run`);
    return { syncId, side };
  }
  heading(4, "The sync is connected, and its environment linked: access is validated");
  await job.control("POST", `/v1/sync/${syncId}/connect`, {
    tenantId: side.tenantId,
    clientId: side.clientId,
    vaultUrl: side.vaultUrl,
    namePolicy: job.namePolicy,
  });
  facts([
    ["Tenant ID", side.tenantId],
    ["Client ID", side.clientId],
    ["Key Vault", side.vaultUrl],
    ["Name policy", job.namePolicy],
  ]);
  say();
  await linkAndValidate(job, syncId);
  return { syncId, side };
}

async function tellAzure({ azure, vaultName }: Job, guide: Guide): Promise<AzureSide> {
  const tenantId = await azure.tenant();
  const vault = await azure.vault(vaultName, tenantId);
  const application = await azure.application(`kvsync ${vaultName}`);
  say(`   ${good("✓")} App registration “kvsync ${vaultName}” ${faint(`client id ${application.clientId}`)}`);
  await azure.federatedCredential(application.objectId, guide.snippet);
  say(
    `   ${good("✓")} Federated credential “${guide.snippet.name}” ${faint("the issuer, subject and audience above")}`,
  );
  await azure.roleAssignment(vault.id, guide.role.id, application.principalId);
  say(`   ${good("✓")} Role “${guide.role.name}” ${faint(`on the vault ${vault.vaultUrl}`)}`);
  return { tenantId, clientId: application.clientId, vaultUrl: vault.vaultUrl, localUri: vault.localUri };
}

async function linkAndValidate({ control, source }: Job, syncId: string): Promise<void> {
  const linked = await control("POST", `/v1/sync/${syncId}/link`, { environmentId: source.environmentId });
  const { id } = linked["validation"] as Validation;
  const shown = new Set<string>();
  await poll("the validation", async () => {
    const validation = (await control(
      "GET",
      `/v1/sync/${syncId}/validations/${id}`,
    )) as unknown as Validation;
    for (const step of validation.steps) showStep(step, shown, validation.state);
    if (validation.state === "failed") throw new StoryError("the validation failed");
    return validation.state === "succeeded" ? validation : undefined;
  });
}

function showStep({ step, state, durationMs, failure }: Step, shown: Set<string>, overall: string): void {
  const ended = state === "succeeded" || state === "skipped" || (state === "failed" && overall === "failed");
  if (!ended || shown.has(step)) return;
  shown.add(step);
  const words = step.replaceAll("_", " ");
  const mark = state === "succeeded" ? good("✓") : state === "skipped" ? faint("–") : bad("✗");
  say(`   ${mark} ${words} ${took(durationMs ?? 0)}`);
  if (failure === null) return;
  say(wrapped(failure.message, "       "));
  say(wrapped(failure.hint, "       "));
}

/** Waits until the sync has done what is wanted of it, and shows how far it is. */
export async function followRun({ control }: Job, syncId: string): Promise<Run> {
  heading(5, "The secrets are pushed");
  let progress = "";
  const run = await poll("the run", async () => {
    const sync = (await control("GET", `/v1/sync/${syncId}`)) as unknown as Sync;
    const latest = sync.lastRun;
    if (latest !== undefined) {
      const ended = Object.values(latest.counts).reduce((sum, count) => sum + count, 0);
      const line = `   ${ended} of ${latest.total} secrets`;
      if (line !== progress && latest.total > 0 && process.stdout.isTTY) process.stdout.write(`\r${line}`);
      progress = line;
    }
    return latest !== undefined && latest.state !== "running" && sync.upToDate ? latest : undefined;
  });
  if (process.stdout.isTTY) process.stdout.write("\r");
  const counts = Object.entries(run.counts).flatMap(([what, count]) =>
    count === 0 ? [] : [`${count} ${what}`],
  );
  const words = counts.length === 0 ? "nothing to do" : counts.join(", ");
  say(`   ${run.total} secrets at the source: ${words} ${took(run.durationMs ?? 0)}`);
  if (run.failure !== null) {
    say(`   ${bad(run.failure.code)}`);
    say(wrapped(run.failure.message, "     "));
    say(wrapped(run.failure.hint, "     "));
    throw new StoryError("the run failed");
  }
  return run;
}

async function poll<Result>(what: string, look: () => Promise<Result | undefined>): Promise<Result> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const result = await look();
    if (result !== undefined) return result;
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
  throw new StoryError(`${what} took longer than ${PATIENCE_MS / 1000} s`);
}

type SyncRecord = Readonly<{
  secretName: string;
  vaultName: string | null;
  state: string;
  failure: Failure | null;
}>;

/** One line a secret; for each that failed, why and what to do. */
export async function showRecords({ control }: Job, syncId: string): Promise<void> {
  const records: SyncRecord[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page = await control("GET", `/v1/sync/${syncId}/records?limit=200${query}`);
    records.push(...(page["records"] as SyncRecord[]));
    cursor = page["nextCursor"] as string | null;
  } while (cursor !== null);

  heading(6, "Each secret with its own outcome");
  const width = Math.min(44, Math.max(10, ...records.map(({ secretName }) => secretName.length)));
  say(faint(`     ${"Secret".padEnd(width)}  In the vault`));
  for (const { secretName, vaultName, state, failure } of records) {
    const mark = state === "synced" ? good("✓") : bad("✗");
    const where = state === "synced" ? (vaultName ?? "") : bad(failure?.code ?? state);
    say(`   ${mark} ${secretName.padEnd(width)}  ${where}`);
    if (failure === null) continue;
    const indent = " ".repeat(width + 7);
    say(wrapped(failure.message, indent));
    say(faint(wrapped(`→ ${failure.hint}`, indent)));
  }
}
