import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is made once and kept, so that a second start finds its own again. */
export type KeptSecrets = Readonly<{
  keyEncryptionKey: string;
  sessionSecret: string;
  azureAdminKey: string;
  azureStorageKey: string;
  subscriptionId: string;
}>;

/** The secrets of this state directory, made at the first start. Only this user can read the file. */
export function keptSecrets(directory: string): KeptSecrets {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as KeptSecrets;
  const secrets: KeptSecrets = {
    keyEncryptionKey: randomBytes(32).toString("base64"),
    sessionSecret: randomBytes(32).toString("base64url"),
    azureAdminKey: randomBytes(24).toString("base64url"),
    azureStorageKey: randomBytes(32).toString("base64"),
    subscriptionId: randomUUID(),
  };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

/** Writes settings as KEY=VALUE lines for the other commands (`npm run keys`, `npm run tokens`). */
export function writeSettings(directory: string, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  writeFileSync(join(directory, "settings.env"), `${lines.join("\n")}\n`, { mode: 0o600 });
}
