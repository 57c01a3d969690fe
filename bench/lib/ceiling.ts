import { httpsClient } from "../../apps/local-azure/testing/https.ts";
import { AUDIENCE, startIssuer, SUBJECT } from "../../apps/local-azure/testing/issuer.ts";
import { createApplication, createVault } from "./azure.ts";
import { CpuMeter } from "./processes.ts";
import type { Stack } from "./stack.ts";

const VERSION = "api-version=2026-04-01";

export type CeilingWish = Readonly<{
  kind: "set" | "list";
  /** Requests under way at once. Listing goes page by page in each of them. */
  concurrency: number;
  /** How long it is measured, in milliseconds. */
  forMs?: number;
  /** How many secrets the vault that is listed has. */
  secrets?: number;
}>;

export type Ceiling = Readonly<{
  perSecond: number;
  /** CPU of local Azure per request, in milliseconds. */
  serverCpuMs: number;
}>;

/**
 * What local Azure gives to a bare keep-alive client in a vault of its own, with the round trip that is set: no
 * worker can be faster here. The client's identity is one of its own too.
 */
export async function measureCeiling(stack: Stack, wish: CeilingWish): Promise<Ceiling> {
  const { kind, concurrency, forMs = 5_000, secrets = 2_500 } = wish;
  const vault = await createVault(stack, `ceiling-${kind}`);
  if (kind === "list")
    await stack.azure.call("POST", `/local/vaults/${vault.name}/secrets`, {
      count: secrets,
      prefix: "c-",
      value: "x",
    });
  const client = httpsClient(stack.azure.ca, concurrency);
  try {
    const headers = { authorization: `Bearer ${await accessToken(stack, vault.name)}` };
    const end = performance.now() + forMs;
    let done = 0;
    const loop = async (_: unknown, lane: number): Promise<void> => {
      const first = `${vault.localUri}/secrets?${VERSION}`;
      let link = first;
      for (let turn = 0; performance.now() < end; turn++) {
        const url = kind === "set" ? `${vault.localUri}/secrets/c-${lane}-${turn}?${VERSION}` : link;
        const call =
          kind === "set" ? { method: "PUT", body: { value: "x".repeat(40) }, headers } : { headers };
        const { status, text, body } = await client.call(url, call);
        if (status !== 200) throw new Error(`the ceiling's client got ${status}: ${text}`);
        if (kind === "list") link = (body as { nextLink: string | null }).nextLink ?? first;
        done += 1;
      }
    };
    const cpu = new CpuMeter([stack.azure.pid]);
    const begun = performance.now();
    await Promise.all(Array.from({ length: concurrency }, loop));
    const seconds = (performance.now() - begun) / 1000;
    return { perSecond: done / seconds, serverCpuMs: cpu.usedMs / done };
  } finally {
    client.close();
  }

  async function accessToken({ azure }: Stack, name: string): Promise<string> {
    const issuer = await startIssuer();
    try {
      const application = await createApplication(stack, `${name}-client`, vault);
      await azure.setup.federatedCredential(application.objectId, {
        name: "bench",
        issuer: issuer.url,
        subject: SUBJECT,
        audiences: [AUDIENCE],
      });
      const form = {
        grant_type: "client_credentials",
        client_id: application.clientId,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: await issuer.assertion(),
        scope: "https://vault.azure.net/.default",
      };
      const { body, text } = await client.call(`${azure.origin}/${azure.tenantId}/oauth2/v2.0/token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString(),
      });
      const token = (body as { access_token?: string }).access_token;
      if (token === undefined) throw new Error(`the ceiling's client got no token: ${text}`);
      return token;
    } finally {
      await issuer.stop();
    }
  }
}
