import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AzureSetup } from "@kvsync/control/azure-setup";
import { stateDirectory } from "../admin/kept-settings.ts";
import { acquireLock, LockedError, type Lock } from "../services/lock.ts";
import { removePostgres } from "../services/postgres.ts";
import { removeRedis } from "../services/redis.ts";
import { onStop } from "../services/stop.ts";
import { azureClient, controlClient } from "./json-client.ts";
import { readOptions, usage, type StartOptions } from "./options.ts";
import { differences, expectedVault, readVault } from "./read-back.ts";
import { ensureSource, importVariables, readEnvironmentFile, slugOf } from "./source.ts";
import { ensureSync, followRun, showRecords, StoryError, type Job } from "./story.ts";
import { readAdminToken, startSystem, type RunningSystem } from "./system.ts";
import { bad, facts, faint, good, heading, say, strong, took } from "./terminal.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = stateDirectory();
const log = (line: string): void => say(`   ${faint(line)}`);

process.exitCode = await main();

async function main(): Promise<number> {
  const options = optionsOrExplain();
  if (options === undefined) return 2;
  if (options.help) {
    say(usage);
    return 0;
  }
  if (!existsSync(options.envFile)) {
    say(bad(`There is no file ${options.envFile}.`));
    say("Give the path of a .env file, or leave --env-file out: examples/webshop.env is used then.");
    return 2;
  }
  const lock = lockOrExplain();
  if (lock === undefined) return 1;
  const asked = new Promise<"stopped">((resolve) => {
    onStop(() => resolve("stopped"));
  });
  let system: RunningSystem | undefined;
  try {
    if (options.fresh) await forget();
    heading(1, "PostgreSQL, Redis, local Azure, control and a worker are started");
    const begun = performance.now();
    system = await startSystem({ root, directory, environment: process.env, log });
    say(`   ${good("✓")} all are ready ${took(performance.now() - begun)}`);
    const broken = system.broken.then((part) => {
      throw new StoryError(`${part} ended by itself; its log is in ${join(directory, "logs")}`);
    });
    const outcome = await Promise.race([tell(system, options), asked, broken]);
    if (outcome === "stopped") return 130;
    if (options.once) return outcome ? 0 : 1;
    showAddresses(system, slugOf(options.envFile));
    await Promise.race([asked, broken]);
    say("\nStopping…");
    return 0;
  } catch (error) {
    say(`\n${bad("✗")} ${error instanceof Error ? error.message : "something failed"}`);
    if (!(error instanceof StoryError) && error instanceof Error && process.env["DEBUG"]) say(error.stack);
    return 1;
  } finally {
    await system?.stop();
    lock.release();
  }
}

function optionsOrExplain(): StartOptions | undefined {
  try {
    return readOptions(process.argv.slice(2), root);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(`${error.message}\n\n${usage}`);
    return undefined;
  }
}

/** The right to be the one that runs here; undefined, and said so, where another `npm start` has it. */
function lockOrExplain(): Lock | undefined {
  try {
    return acquireLock(`${directory}.lock`, `“npm start” with its state in ${directory}`);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    say(`${bad("✗")} It is running already. ${error.message}`);
    return undefined;
  }
}

async function forget(): Promise<void> {
  await removePostgres({ directory: join(directory, "postgres"), log });
  await removeRedis({ directory: join(directory, "redis"), log });
  rmSync(directory, { recursive: true, force: true });
}

/** The whole job, told step by step. @returns whether exactly what should have arrived stands in the vault */
async function tell(system: RunningSystem, { envFile, namePolicy }: StartOptions): Promise<boolean> {
  const ca = readFileSync(system.azure.caFile, "utf8");
  const control = controlClient(system.controlUrl, readAdminToken(system.adminTokenFile));
  const azure = new AzureSetup(
    azureClient(system.azure.origin, system.azure.adminKey, ca),
    system.azure.subscriptionId,
  );
  const variables = await readEnvironmentFile(envFile);
  const slug = slugOf(envFile);
  const source = await ensureSource(control, slug);
  const { created, changed, removed } = await importVariables(control, source, variables);
  say(
    `   ${good("✓")} ${variables.size} secrets of ${envFile} ${faint(`(${created} new, ${changed} changed, ${removed} removed)`)}`,
  );

  const vaultName = namePolicy === "hyphenate" ? slug : `${slug}-${namePolicy}`;
  const job: Job = { control, azure, source, vaultName, namePolicy };
  const { syncId, side } = await ensureSync(job);
  await followRun(job, syncId);
  await showRecords(job, syncId);

  heading(7, "The vault is read back, with another identity and Azure's own SDK");
  const expected = expectedVault(variables, namePolicy);
  const found = await readVault(azure, { origin: system.azure.origin, ca }, vaultName, side);
  const { missing, different, unexpected } = differences(expected, found);
  if (missing.length + different.length + unexpected.length === 0) {
    say(`   ${good("✓")} exactly the ${expected.size} secrets that should have arrived stand there`);
    return true;
  }
  facts([
    ["missing", missing.join(", ") || "none"],
    ["with another value", different.join(", ") || "none"],
    ["unexpected", unexpected.join(", ") || "none"],
  ]);
  return false;
}

function showAddresses(system: RunningSystem, slug: string): void {
  say();
  say(strong("It is running. Ctrl-C ends it."));
  facts([
    ["API", `curl -H "Authorization: Bearer $(cat ${system.adminTokenFile})" ${system.controlUrl}/v1/sync`],
    ["Queues", `${system.controlUrl}/ops/queues`],
    ["Logs", join(directory, "logs")],
    ["Dashboard", system.controlUrl],
    ["Sign in as", `${system.adminEmail}, with the password in ${system.adminPasswordFile}`],
    ["Try it out", `set up a sync by yourself: ${system.controlUrl}/w/default/projects/${slug}/syncs/new`],
  ]);
}
