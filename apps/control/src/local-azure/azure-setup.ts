import { createHash } from "node:crypto";

/** Sends JSON to local Azure's management and gives the JSON of the answer. @throws {AnswerError} */
export type JsonClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Record<string, unknown>>;

/** An answer other than success. */
export class AnswerError extends Error {
  readonly status: number;

  constructor(what: string, status: number, body: unknown) {
    super(`${what} was answered with ${status}: ${JSON.stringify(body)}`);
    this.status = status;
  }
}

/** What a person does in the portal for a sync, and what comes of it. */
export type AzureSide = Readonly<{ tenantId: string; clientId: string; vaultUrl: string; localUri: string }>;

export type Trust = Readonly<{ name: string; issuer: string; subject: string; audiences: readonly string[] }>;

const RESOURCE_GROUP = "local";

/** Local Azure seen through the same acts as in the portal. Each finds again what an earlier start made. */
export class AzureSetup {
  readonly #call: JsonClient;
  readonly #subscriptionId: string;
  #tenantId: string | undefined;

  constructor(call: JsonClient, subscriptionId: string) {
    this.#call = call;
    this.#subscriptionId = subscriptionId;
  }

  /** The tenant, in which everything else lies. */
  async tenant(): Promise<string> {
    const tenantId = guidFrom(`${this.#subscriptionId} tenant`);
    await this.#call("POST", "/local/tenants", { tenantId, displayName: "Webshop Inc" });
    this.#tenantId = tenantId;
    return tenantId;
  }

  async vault(name: string, tenantId: string): Promise<{ id: string; vaultUrl: string; localUri: string }> {
    const id = `/subscriptions/${this.#subscriptionId}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.KeyVault/vaults/${name}`;
    const vault = await this.#call("PUT", id, { location: "westeurope", properties: { tenantId } });
    const properties = vault["properties"] as { vaultUri: string; localUri: string };
    return { id, vaultUrl: withoutSlash(properties.vaultUri), localUri: withoutSlash(properties.localUri) };
  }

  /** Graph's calls concern one tenant, which must be named where there are several. */
  #graph(method: string, path: string, body?: unknown): ReturnType<JsonClient> {
    const headers = this.#tenantId === undefined ? {} : { "x-local-tenant": this.#tenantId };
    return this.#call(method, path, body, headers);
  }

  /** An app registration with its service principal. */
  async application(
    displayName: string,
  ): Promise<{ objectId: string; clientId: string; principalId: string }> {
    const filter = encodeURIComponent(`displayName eq '${displayName}'`);
    const found = (await this.#graph("GET", `/v1.0/applications?$filter=${filter}`))[
      "value"
    ] as Application[];
    const application =
      found[0] ?? ((await this.#graph("POST", "/v1.0/applications", { displayName })) as Application);
    const { id: objectId, appId: clientId } = application;
    const byClient = encodeURIComponent(`appId eq '${clientId}'`);
    const principals = (await this.#graph("GET", `/v1.0/servicePrincipals?$filter=${byClient}`))[
      "value"
    ] as Application[];
    const principal =
      principals[0] ??
      ((await this.#graph("POST", "/v1.0/servicePrincipals", { appId: clientId })) as Application);
    return { objectId, clientId, principalId: principal.id };
  }

  /** Replaces a credential of the same name, since its issuer may have moved to another port. */
  async federatedCredential(objectId: string, trust: Trust): Promise<void> {
    const path = `/v1.0/applications/${objectId}/federatedIdentityCredentials`;
    const known = (await this.#graph("GET", path))["value"] as Trust[];
    const same = known.find(({ name }) => name === trust.name);
    if (same?.issuer === trust.issuer && same.subject === trust.subject) return;
    if (same !== undefined) await this.#graph("DELETE", `${path}/${trust.name}`);
    await this.#graph("POST", path, trust);
  }

  async roleAssignment(vaultId: string, roleId: string, principalId: string): Promise<void> {
    const id = guidFrom(`${vaultId} ${roleId} ${principalId}`);
    try {
      await this.#call("PUT", `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${id}`, {
        properties: { roleDefinitionId: roleId, principalId },
      });
    } catch (error) {
      if (!(error instanceof AnswerError && error.status === 409)) throw error;
    }
  }
}

type Application = Record<string, unknown> & Readonly<{ id: string; appId: string }>;

const withoutSlash = (uri: string): string => uri.replace(/\/$/, "");

/** The same GUID for the same thing at each start. */
function guidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
