import { randomUUID } from "node:crypto";
import {
  type Application,
  type LocalAzure,
  type LocalAzureOptions,
  type ServicePrincipal,
  startLocalAzure,
  type Tenant,
  type Vault,
} from "../src/index.ts";
import { type Call, type HttpsClient, httpsClient, type Reply } from "./https.ts";
import { AUDIENCE, type AssertionVariation, type Issuer, startIssuer, SUBJECT } from "./issuer.ts";

export const SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
const GROUP = "/subscriptions/5f3c1a52-6f0e-4d39-9d5a-0a8d6ce2a001/resourceGroups/sync";

export type World = Readonly<{
  azure: LocalAzure;
  issuer: Issuer;
  https: HttpsClient;
  tenant: Tenant;
  application: Application;
  principal: ServicePrincipal;
  vault: Vault;
  /** Another vault in the same tenant. */
  addVault: (name: string, properties?: Record<string, unknown>) => Promise<Vault>;
  /** Gives the principal a role, the Secrets Officer's unless told otherwise. */
  grant: (scope: string, role?: string) => string;
  /** Posts a token request; `undefined` leaves a field out. */
  requestToken: (fields?: Record<string, string | undefined>, tenant?: string) => Promise<Reply>;
  accessToken: (variation?: AssertionVariation) => Promise<string>;
  /** Calls the vault at its own port with a token and an api-version. */
  call: (path: string, call?: Call & Readonly<{ vault?: Vault }>) => Promise<Reply>;
  /** Calls management with the admin key. */
  manage: (path: string, call?: Call) => Promise<Reply>;
  stop: () => Promise<void>;
}>;

/** The resource id of a vault in the test's resource group. */
export function vaultId(name: string): string {
  return `${GROUP}/providers/Microsoft.KeyVault/vaults/${name}`;
}

/** Local Azure set up as by hand in the portal: application, federated credential, vault, role. */
export async function startWorld(options: LocalAzureOptions = {}, issuerPath = ""): Promise<World> {
  const issuer = await startIssuer(issuerPath);
  const azure = await startLocalAzure(options);
  const https = httpsClient(azure.ca);
  const tenant = azure.createTenant({ displayName: "Webshop Inc" });
  const application = azure.graph.createApplication(tenant, { displayName: "sync" });
  const principal = azure.graph.createServicePrincipal(tenant, { appId: application.appId });
  azure.graph.addFederatedCredential(application.id, {
    name: "sync",
    issuer: issuer.url,
    subject: SUBJECT,
    audiences: [AUDIENCE],
  });
  const addVault: World["addVault"] = async (name, properties = {}) => {
    const { saved } = await azure.resources.putVault(vaultId(name), {
      location: "westeurope",
      properties: { tenantId: tenant.id, ...properties },
    });
    return saved;
  };
  const grant: World["grant"] = (scope, role = SECRETS_OFFICER) => {
    const id = randomUUID();
    azure.resources.putRoleAssignment(scope, id, {
      properties: { roleDefinitionId: role, principalId: principal.id },
    });
    return id;
  };
  const vault = await addVault("webshop");
  grant(vault.id);

  const requestToken: World["requestToken"] = async (fields = {}, segment = tenant.id) => {
    const assertion = "client_assertion" in fields ? undefined : await issuer.assertion();
    const form = {
      grant_type: "client_credentials",
      client_id: application.appId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      scope: "https://vault.azure.net/.default",
      ...fields,
    };
    const given = Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined);
    return https.call(`${azure.origin}/${segment}/oauth2/v2.0/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(given).toString(),
    });
  };
  const accessToken: World["accessToken"] = async (variation) => {
    const { body, text } = await requestToken({ client_assertion: await issuer.assertion(variation) });
    const token = (body as { access_token?: string }).access_token;
    if (token === undefined) throw new Error(text);
    return token;
  };
  let token: string | undefined;
  return {
    azure,
    issuer,
    https,
    tenant,
    application,
    principal,
    vault,
    addVault,
    grant,
    requestToken,
    accessToken,
    call: async (path, { vault: other, ...call } = {}) => {
      if (call.headers?.["authorization"] === undefined) token ??= await accessToken();
      const origin = azure.addressesOf(other ?? vault).localUri.slice(0, -1);
      const url = `${origin}${path}${path.includes("?") ? "&" : "?"}api%2Dversion=2026-04-01`;
      return https.call(url, { ...call, headers: { authorization: `Bearer ${token}`, ...call.headers } });
    },
    manage: (path, call = {}) =>
      https.call(`${azure.origin}${path}`, {
        ...call,
        headers: { authorization: `Bearer ${azure.adminKey}`, ...call.headers },
      }),
    stop: async () => {
      https.close();
      await azure.stop();
      await issuer.stop();
    },
  };
}
