import { AzureSetup, type JsonClient } from "@kvsync/control/azure-setup";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase, type Database } from "@kvsync/store";
import { appFlags, type App } from "../../scripts/services/app-flags.ts";
import { startChild, type Child } from "../../scripts/services/child.ts";
import { removeAtEnd } from "../../scripts/services/lifeline.ts";
import { freePort } from "../../scripts/services/ports.ts";
import { removePostgres, startPostgres } from "../../scripts/services/postgres.ts";
import { startRedis } from "../../scripts/services/redis.ts";
import { azureClient, controlClient } from "../../scripts/start/json-client.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const VAULT_SUFFIX = ".vault.localhost";

/** A system that is there for one benchmark: each part a process of its own, settings as in production. */
export type Stack = Readonly<{
  database: Database;
  control: JsonClient;
  issuer: string;
  azure: Readonly<{
    origin: string;
    ca: string;
    /** Management, knobs and statistics. */
    call: JsonClient;
    setup: AzureSetup;
    tenantId: string;
    pid: number;
  }>;
  /** The processes beside control and the workers, by name. */
  services: Readonly<Record<"local Azure" | "PostgreSQL" | "Redis", number>>;
  /** Starts a worker. @param changes settings that differ from the defaults */
  startWorker: (changes?: Readonly<Record<string, string>>) => Promise<Child>;
  /** Rejects when a part ended by itself. */
  broken: Promise<never>;
}>;

export type StackOptions = Readonly<{
  /** How long changes are gathered into one run, in milliseconds. */
  gatherMs: number;
  /** Where workers leave their CPU profiles when they end. */
  profileDirectory: string | undefined;
  log: (line: string) => void;
  /** Told of each step that undoes something, as soon as there is something to undo. */
  onUndo: (step: () => Promise<void>) => void;
}>;

export async function startStack({ gatherMs, profileDirectory, log, onUndo }: StackOptions): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), "kvsync-bench-"));
  // As root, PostgreSQL's account must be able to pass.
  chmodSync(directory, 0o711);
  removeAtEnd(directory);
  onUndo(async () => rmSync(directory, { recursive: true, force: true }));
  let breaks: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => (breaks = reject));
  broken.catch(() => undefined);

  const run = async (
    name: string,
    app: App,
    env: NodeJS.ProcessEnv,
    flags: string[] = [],
  ): Promise<Child> => {
    const child = await startChild({
      name,
      command: process.execPath,
      args: [...appFlags(app), ...flags, join(root, "apps", app, "src/main.ts")],
      env: { PATH: process.env["PATH"], ...env },
      cwd: root,
      logFile: join(directory, "logs", `${name}.log`),
      ready: { line: /"msg":"(ready|local Azure is ready)"/ },
    });
    onUndo(child.stop);
    void watch(child);
    return child;
  };

  async function watch(child: Child): Promise<void> {
    const { expected } = await child.exited;
    if (!expected) breaks(new Error(`${child.name} ended by itself:\n${child.lastLines(10).join("\n")}`));
  }

  log("starting PostgreSQL and Redis");
  const postgresAt = join(directory, "postgres");
  onUndo(async () => removePostgres({ directory: postgresAt, log }));
  const postgres = await startPostgres({ directory: postgresAt, log });
  onUndo(postgres.stop);
  if (!postgres.home.startsWith(directory)) removeAtEnd(postgres.home);
  const redis = await startRedis({
    directory: join(directory, "redis"),
    toolsDirectory: join(root, ".tools"),
    log,
  });
  onUndo(redis.stop);

  log("starting local Azure and control");
  const adminKey = randomBytes(32).toString("base64url");
  const certificates = join(directory, "tls");
  const azurePort = await freePort();
  const azureChild = await run("local Azure", "local-azure", {
    LOCAL_AZURE_ADMIN_KEY: adminKey,
    LOCAL_AZURE_CERTIFICATE_DIR: certificates,
    LOCAL_AZURE_VAULT_SUFFIX: VAULT_SUFFIX,
    LOCAL_AZURE_PORT: String(azurePort),
  });
  const origin = `https://localhost:${azurePort}`;
  const caFile = join(certificates, "ca.pem");
  const ca = readFileSync(caFile, "utf8");
  const controlPort = await freePort();
  const issuer = `http://localhost:${controlPort}`;
  const shared = {
    DATABASE_URL: postgres.socketUrl,
    REDIS_URL: redis.socketUrl,
    ISSUER_URL: issuer,
    KEY_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    GATHER_MS: String(gatherMs),
    AZURE_CLOUD: "custom",
    AZURE_CUSTOM_AUTHORITY_HOST: origin,
    AZURE_CUSTOM_VAULT_SUFFIX: `${VAULT_SUFFIX}:${azurePort}`,
    AZURE_CUSTOM_VERIFY_CHALLENGE: "false",
    NODE_EXTRA_CA_CERTS: caFile,
  };
  const tokenFile = join(directory, "admin-token");
  await run("control", "control", {
    ...shared,
    PORT: String(controlPort),
    SESSION_SECRET: randomBytes(32).toString("base64"),
    ADMIN_TOKEN_FILE: tokenFile,
    RATE_LIMIT_PER_MINUTE: "1000000",
  });
  const database = openDatabase(postgres.socketUrl, 3);
  onUndo(async () => database.$disconnect());
  const call = azureClient(origin, adminKey, ca);
  const setup = new AzureSetup(call, "5f3c1a52-6f0e-4d39-9d5a-0a8d6ce2a001");
  const tenantId = await setup.tenant();

  let workers = 0;
  return {
    database,
    control: controlClient(issuer, readFileSync(tokenFile, "utf8").trim()),
    issuer,
    azure: { origin, ca, call, setup, tenantId, pid: azureChild.pid },
    services: { "local Azure": azureChild.pid, PostgreSQL: postgres.pid, Redis: redis.pid },
    startWorker: async (changes = {}) => {
      const name = `worker-${++workers}`;
      const flags =
        profileDirectory === undefined
          ? []
          : ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`, `--cpu-prof-name=${name}.cpuprofile`];
      const settings = { ...shared, WORKER_NAME: name, ...changes };
      return run(name, "worker", settings, flags);
    },
    broken,
  };
}
