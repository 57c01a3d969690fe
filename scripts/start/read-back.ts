import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { ClientAssertionCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import type { AzureSetup, AzureSide } from "@kvsync/control/azure-setup";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { NamePolicy } from "./options.ts";

/** Key Vault Secrets User: reads values, and nothing more. */
const READER_ROLE = "4633458b-17de-408a-b874-0445c86b69e6";
const AUDIENCE = "api://AzureADTokenExchange";
const SUBJECT = "reader";
const MAX_VALUE = 25_600;

/**
 * Reads a vault with Azure's own SDK and an identity that has nothing to do with the sync: an app registration of its
 * own, trusted through an issuer of its own, that may only read.
 */
export async function readVault(
  azure: AzureSetup,
  authority: Readonly<{ origin: string; ca: string }>,
  vaultName: string,
  side: AzureSide,
): Promise<ReadonlyMap<string, string>> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  let issuer = "";
  const server = createServer((request, response) => {
    const jwks = { keys: [{ ...jwk, kid, use: "sig", alg: "RS256" }] };
    const discovery = {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/jwks" ? jwks : discovery));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const { objectId, clientId, principalId } = await azure.application("reader");
    await azure.federatedCredential(objectId, {
      name: "reader",
      issuer,
      subject: SUBJECT,
      audiences: [AUDIENCE],
    });
    const { id } = await azure.vault(vaultName, side.tenantId);
    await azure.roleAssignment(id, READER_ROLE, principalId);
    const assertion = (): Promise<string> =>
      new SignJWT({})
        .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
        .setIssuer(issuer)
        .setSubject(SUBJECT)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(privateKey);
    const tlsOptions = { ca: authority.ca };
    const credential = new ClientAssertionCredential(side.tenantId, clientId, assertion, {
      authorityHost: authority.origin,
      disableInstanceDiscovery: true,
      tlsOptions,
    });
    // The vault's own port, since not every resolver knows names under .localhost.
    const options = { disableChallengeResourceVerification: true, tlsOptions };
    return await readAll(new SecretClient(side.localUri, credential, options));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function readAll(client: SecretClient): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for await (const { name } of client.listPropertiesOfSecrets())
    values.set(name, (await client.getSecret(name)).value ?? "");
  return values;
}

/**
 * What must stand in the vault, worked out from the file and the documented rules alone: names that Key Vault can't
 * hold, names that collide and values over the limit are left out, the rest is there.
 */
export function expectedVault(
  variables: ReadonlyMap<string, string>,
  policy: NamePolicy,
): ReadonlyMap<string, string> {
  const named = [...variables].map(([name, value]) => ({
    target: policy === "strict" ? name : name.split("_").join("-"),
    value,
  }));
  const times = (target: string): number =>
    named.filter((other) => other.target.toLowerCase() === target.toLowerCase()).length;
  return new Map(
    named
      .filter(({ target, value }) => /^[0-9A-Za-z-]{1,127}$/.test(target) && value.length <= MAX_VALUE)
      .filter(({ target }) => times(target) === 1)
      .map(({ target, value }) => [target, value]),
  );
}

/** The names at which two vaults differ. Never their values. */
export function differences(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Readonly<{ missing: string[]; different: string[]; unexpected: string[] }> {
  return {
    missing: [...expected.keys()].filter((name) => !found.has(name)),
    different: [...expected]
      .filter(([name, value]) => found.has(name) && found.get(name) !== value)
      .map(([name]) => name),
    unexpected: [...found.keys()].filter((name) => !expected.has(name)),
  };
}
