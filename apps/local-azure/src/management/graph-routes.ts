import type { Directory } from "../directory/directory.ts";
import type { Application, FederatedCredential, ServicePrincipal } from "../directory/model.ts";
import { ManagementError } from "./errors.ts";
import type { ApplicationInput, FederatedCredentialInput, Graph } from "./graph.ts";
import type { ManagementCall, ManagementRoute } from "./router.ts";
import { tenantOfCall } from "./tenants.ts";

/** The subset of Microsoft Graph v1.0 that setting a sync up takes. */
export function graphRoutes(graph: Graph, directory: Directory): ManagementRoute[] {
  const tenant = ({ exchange }: ManagementCall): ReturnType<typeof tenantOfCall> => {
    const header = exchange.request.headers["x-local-tenant"];
    return tenantOfCall(directory, typeof header === "string" ? header : undefined);
  };
  return [
    {
      method: "POST",
      pattern: /^\/v1\.0\/applications$/,
      handle: (call) => ({
        status: 201,
        body: applicationBody(graph.createApplication(tenant(call), call.body as ApplicationInput)),
      }),
    },
    {
      method: "GET",
      pattern: /^\/v1\.0\/applications$/,
      handle: (call) => ({
        status: 200,
        body: { value: filtered(call, directory.applications(tenant(call).id)).map(applicationBody) },
      }),
    },
    {
      method: "GET",
      pattern: /^\/v1\.0\/applications\/([^/]+)$/,
      handle: ({ parameters: [id = ""] }) => ({ status: 200, body: applicationBody(graph.application(id)) }),
    },
    {
      method: "PATCH",
      pattern: /^\/v1\.0\/applications\/([^/]+)$/,
      handle: ({ parameters: [id = ""], body }) => {
        graph.updateApplication(id, body);
        return { status: 204 };
      },
    },
    {
      method: "POST",
      pattern: /^\/v1\.0\/applications\/([^/]+)\/federatedIdentityCredentials$/,
      handle: ({ parameters: [id = ""], body }) => ({
        status: 201,
        body: credentialBody(graph.addFederatedCredential(id, body as FederatedCredentialInput)),
      }),
    },
    {
      method: "GET",
      pattern: /^\/v1\.0\/applications\/([^/]+)\/federatedIdentityCredentials$/,
      handle: ({ parameters: [id = ""] }) => ({
        status: 200,
        body: { value: graph.application(id).federatedCredentials.map(credentialBody) },
      }),
    },
    {
      method: "GET",
      pattern: /^\/v1\.0\/applications\/([^/]+)\/federatedIdentityCredentials\/([^/]+)$/,
      handle: ({ parameters: [id = "", credential = ""] }) => ({
        status: 200,
        body: credentialBody(graph.federatedCredential(id, credential)),
      }),
    },
    {
      method: "DELETE",
      pattern: /^\/v1\.0\/applications\/([^/]+)\/federatedIdentityCredentials\/([^/]+)$/,
      handle: ({ parameters: [id = "", credential = ""] }) => {
        graph.removeFederatedCredential(id, credential);
        return { status: 204 };
      },
    },
    {
      method: "POST",
      pattern: /^\/v1\.0\/servicePrincipals$/,
      handle: (call) => ({
        status: 201,
        body: principalBody(graph.createServicePrincipal(tenant(call), call.body)),
      }),
    },
    {
      method: "GET",
      pattern: /^\/v1\.0\/servicePrincipals$/,
      handle: (call) => ({
        status: 200,
        body: { value: filtered(call, directory.principals(tenant(call).id)).map(principalBody) },
      }),
    },
    {
      method: "GET",
      pattern: /^\/v1\.0\/servicePrincipals\/([^/]+)$/,
      handle: ({ parameters: [id = ""] }) => ({
        status: 200,
        body: principalBody(graph.servicePrincipal(id)),
      }),
    },
    {
      method: "PATCH",
      pattern: /^\/v1\.0\/servicePrincipals\/([^/]+)$/,
      handle: ({ parameters: [id = ""], body }) => {
        graph.updateServicePrincipal(id, body);
        return { status: 204 };
      },
    },
  ];
}

/** `$filter=appId eq '…'` and `$filter=displayName eq '…'`, the two that scripts use. */
function filtered<Item extends Readonly<{ appId: string; displayName: string }>>(
  { exchange }: ManagementCall,
  items: readonly Item[],
): readonly Item[] {
  const filter = exchange.query.get("$filter");
  if (filter === null) return items;
  const [, field, value] = /^(appId|displayName) eq '((?:[^']|'')*)'$/.exec(filter) ?? [];
  if (field === undefined || value === undefined) {
    throw new ManagementError(
      400,
      "Request_UnsupportedQuery",
      "$filter takes appId eq '…' or displayName eq '…'.",
    );
  }
  const wanted = value.replaceAll("''", "'");
  return items.filter((item) => (field === "appId" ? item.appId : item.displayName) === wanted);
}

function applicationBody(application: Application): Record<string, unknown> {
  const { id, appId, displayName, createdDateTime, isDisabled, isFallbackPublicClient } = application;
  return {
    id,
    appId,
    displayName,
    createdDateTime,
    signInAudience: "AzureADMyOrg",
    isDisabled,
    isFallbackPublicClient,
  };
}

function principalBody(principal: ServicePrincipal): Record<string, unknown> {
  const { id, appId, displayName, accountEnabled, tenantId } = principal;
  return {
    id,
    appId,
    displayName,
    accountEnabled,
    appOwnerOrganizationId: tenantId,
    servicePrincipalType: "Application",
  };
}

function credentialBody(credential: FederatedCredential): Record<string, unknown> {
  const { id, name, issuer, subject, audiences, description } = credential;
  return { id, name, issuer, subject, audiences, description };
}
