import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "@kvsync/testing";
import type { TestSystem } from "./system.ts";

const MAIN = fileURLToPath(new URL("../../worker/src/main.ts", import.meta.url));

/** A worker as a process of its own, as in production: it can be killed, and told to stop. */
export type WorkerProcess = Readonly<{
  /** What it wrote on both streams. */
  output: () => string;
  isRunning: () => boolean;
  /** Ends it without warning, as the kernel or a power cut does. */
  kill: () => Promise<void>;
  /** Sends SIGTERM. Resolves when it has ended. */
  terminate: () => Promise<Readonly<{ exitCode: number | null; tookMs: number }>>;
}>;

const running = new Set<ChildProcess>();

/** Starts one and waits until it is ready. @param changes settings that differ from the system's */
export async function startWorkerProcess(
  system: TestSystem,
  changes: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...settingsOf(system), ...changes },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = once(child, "close").finally(() => running.delete(child));
  await until("the worker's process is ready", () => {
    if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}: ${output}`);
    return output.includes('"msg":"ready"');
  });
  return {
    output: () => output,
    isRunning: () => running.has(child),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    terminate: async () => {
      const begun = performance.now();
      child.kill("SIGTERM");
      await ended;
      return { exitCode: child.exitCode, tookMs: performance.now() - begun };
    },
  };
}

/** Kills what a test left running. For `afterEach` or `afterAll`. */
export async function killWorkerProcesses(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    }),
  );
}

function settingsOf(system: TestSystem): NodeJS.ProcessEnv {
  const { cloud } = system;
  return {
    PATH: process.env["PATH"],
    DATABASE_URL: system.databaseUrl,
    DATABASE_POOL_SIZE: "5",
    REDIS_URL: system.redisUrl,
    REDIS_PREFIX: system.redisPrefix,
    ISSUER_URL: system.issuer,
    KEY_ENCRYPTION_KEY: system.keyEncryptionKey,
    LOG_LEVEL: "trace",
    GATHER_MS: "0",
    SWEEP_EVERY_MS: "500",
    VAULT_CONCURRENCY: "4",
    AZURE_CLOUD: "custom",
    AZURE_CUSTOM_AUTHORITY_HOST: cloud.authorityHost,
    AZURE_CUSTOM_VAULT_SUFFIX: cloud.vaultSuffix,
    AZURE_CUSTOM_VAULT_RESOURCE: cloud.vaultResource,
    AZURE_CUSTOM_AUDIENCE: cloud.audience,
    AZURE_CUSTOM_VERIFY_CHALLENGE: String(cloud.verifyChallenge),
    NODE_EXTRA_CA_CERTS: system.azure.caFile,
  };
}
