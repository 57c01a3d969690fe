import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { appFlags, type App } from "../services/app-flags.ts";
import { startChild, type Child } from "../services/child.ts";
import { rememberedPort } from "../services/ports.ts";
import { startPostgres } from "../services/postgres.ts";
import { startRedis } from "../services/redis.ts";
import { keptSecrets, writeSettings, type KeptSecrets } from "./state.ts";

/** A running system: PostgreSQL, Redis, local Azure, control and one worker. */
export type RunningSystem = Readonly<{
  controlUrl: string;
  adminTokenFile: string;
  adminEmail: string;
  adminPasswordFile: string;
  issuer: string;
  azure: Readonly<{ origin: string; caFile: string; adminKey: string; subscriptionId: string }>;
  /** Resolves with the name of the first part that ended by itself. */
  broken: Promise<string>;
  stop: () => Promise<void>;
}>;

const VAULT_SUFFIX = ".vault.localhost";

export type SystemOptions = Readonly<{
  root: string;
  directory: string;
  environment: NodeJS.ProcessEnv;
  log: (line: string) => void;
}>;

/** Starts all parts, each ready before the next needs it. When one can't start, what runs already is stopped. */
export async function startSystem({
  root,
  directory,
  environment,
  log,
}: SystemOptions): Promise<RunningSystem> {
  const secrets = keptSecrets(directory);
  const stops: Array<() => Promise<void>> = [];
  const exits: Array<Promise<string>> = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).toReversed()) await step();
  };
  const run = async (name: string, app: App, env: NodeJS.ProcessEnv): Promise<Child> => {
    const child = await startChild({
      name,
      command: process.execPath,
      args: [...appFlags(app), join(root, "apps", app, "src/main.ts")],
      env: { ...environment, ...env },
      cwd: root,
      logFile: join(directory, "logs", `${app}.log`),
      ready: { line: /"msg":"(ready|local Azure is ready)"/ },
    });
    stops.push(child.stop);
    exits.push(child.exited.then(() => name));
    return child;
  };

  try {
    const [databaseUrl, redisUrl] = await Promise.all([database(), redis()]);
    const azure = await startAzure();
    const port = await rememberedPort(join(directory, "control.port"), 8080);
    const controlUrl = `http://localhost:${port}`;
    const issuer = environment["ISSUER_URL"] ?? controlUrl;
    const adminTokenFile = join(directory, "admin-token");
    const adminPasswordFile = join(directory, "admin-password");
    const adminEmail = environment["ADMIN_EMAIL"] ?? "admin@kvsync.local";
    const shared = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      ISSUER_URL: issuer,
      KEY_ENCRYPTION_KEY: secrets.keyEncryptionKey,
      AZURE_CLOUD: "custom",
      AZURE_CUSTOM_AUTHORITY_HOST: azure.origin,
      AZURE_CUSTOM_VAULT_SUFFIX: `${VAULT_SUFFIX}:${new URL(azure.origin).port}`,
      AZURE_CUSTOM_VERIFY_CHALLENGE: "false",
      NODE_EXTRA_CA_CERTS: azure.caFile,
      WEBHOOK_PRIVATE: "true",
      WEBHOOK_HTTP: "true",
    };
    writeSettings(directory, shared);
    await run("control", "control", {
      ...shared,
      HOST: "127.0.0.1",
      PORT: String(port),
      SESSION_SECRET: secrets.sessionSecret,
      ADMIN_TOKEN_FILE: adminTokenFile,
      ADMIN_EMAIL: adminEmail,
      ADMIN_PASSWORD_FILE: adminPasswordFile,
      RATE_LIMIT_PER_MINUTE: "5000",
      LOCAL_AZURE_ORIGIN: azure.origin,
      LOCAL_AZURE_ADMIN_KEY: secrets.azureAdminKey,
      LOCAL_AZURE_SUBSCRIPTION_ID: secrets.subscriptionId,
    });
    await run("worker", "worker", { ...shared, SWEEP_EVERY_MS: "5000" });
    const { azureAdminKey: adminKey, subscriptionId } = secrets;
    return {
      controlUrl,
      adminTokenFile,
      adminEmail,
      adminPasswordFile,
      issuer,
      azure: { ...azure, adminKey, subscriptionId },
      broken: Promise.race(exits),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }

  async function database(): Promise<string> {
    if (environment["DATABASE_URL"]) return environment["DATABASE_URL"];
    const server = await startPostgres({ directory: join(directory, "postgres"), log });
    stops.push(server.stop);
    exits.push(server.exited.then(() => "PostgreSQL"));
    return server.socketUrl;
  }

  async function redis(): Promise<string> {
    if (environment["REDIS_URL"]) return environment["REDIS_URL"];
    const toolsDirectory = join(root, ".tools");
    const server = await startRedis({ directory: join(directory, "redis"), toolsDirectory, log });
    stops.push(server.stop);
    exits.push(server.exited.then(() => "Redis"));
    return server.socketUrl;
  }

  async function startAzure(): Promise<{ origin: string; caFile: string }> {
    const certificates = join(directory, "azure", "tls");
    const port = await rememberedPort(join(directory, "azure.port"), 8443);
    await run("local Azure", "local-azure", azureSettings(secrets, certificates, port));
    const caFile = join(certificates, "ca.pem");
    if (!existsSync(caFile)) throw new Error(`local Azure made no certificate authority at ${caFile}`);
    return { origin: `https://localhost:${port}`, caFile };
  }

  function azureSettings(kept: KeptSecrets, certificates: string, port: number): NodeJS.ProcessEnv {
    return {
      LOCAL_AZURE_ADMIN_KEY: kept.azureAdminKey,
      LOCAL_AZURE_STORAGE_KEY: kept.azureStorageKey,
      LOCAL_AZURE_STATE_DIR: join(directory, "azure", "state"),
      LOCAL_AZURE_CERTIFICATE_DIR: certificates,
      LOCAL_AZURE_VAULT_SUFFIX: VAULT_SUFFIX,
      LOCAL_AZURE_PORT: String(port),
    };
  }
}

/** The admin token of the first start. */
export function readAdminToken(file: string): string {
  return readFileSync(file, "utf8").trim();
}
