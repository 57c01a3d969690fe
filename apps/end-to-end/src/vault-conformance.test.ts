import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "@jest/globals";
import { localKeyEncryptionKey } from "@kvsync/keys";
import { describeConformance, type Subject } from "@kvsync/worker/conformance";
import { ActiveKeySource } from "@kvsync/worker/signing";
import { Vaults } from "@kvsync/worker/vaults";
import { givenVault, trustSync } from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

/** Short, as the assertions' lifetime passes by the same clock. */
const SETTLED_MS = 10_000;

let system: TestSystem;
let vaults: Vaults;
beforeAll(async () => {
  system = await startTestSystem();
  const { database, keyEncryptionKey, cloud, issuer, azure } = system;
  const key = localKeyEncryptionKey(Buffer.from(keyEncryptionKey, "base64"));
  vaults = new Vaults(cloud, issuer, new ActiveKeySource(database, key), () => undefined);
  azure.knobs.patch({ deletion: { deleteMs: SETTLED_MS, recoverMs: SETTLED_MS, purgeMs: 10 } });
});
afterAll(() => system.stop());

describeConformance("local Azure through the SDK", async (): Promise<Subject> => {
  const { azure } = system;
  const { name: vaultName, tenantId, clientId, vaultUrl, ...rest } = await givenVault(system);
  const syncId = randomUUID();
  trustSync(system, { name: vaultName, tenantId, clientId, vaultUrl, ...rest }, syncId);
  const ids = { workspaceId: randomUUID(), projectId: randomUUID(), environmentId: randomUUID() };
  const { vault } = vaults.open({ tenantId, clientId, vaultUrl, subject: { syncId, ...ids } });
  const { store } = azure.resources.vault(vaultName);
  return {
    vault,
    settle: () => {
      azure.clock.offsetMs += SETTLED_MS;
    },
    setEnabled: (name, enabled) => {
      const secret = store.get(name, azure.clock.now());
      if (secret === undefined) throw new Error(`there is no ${name}`);
      store.replaceVersion(secret, { ...secret.current, enabled });
    },
    addManaged: (name) => azure.seedSecret(vaultName, name, { value: "-----BEGIN", managed: true }),
    peek: (name) => azure.peek(vaultName, name),
  };
});
