/** An Entra tenant (directory). */
export type Tenant = Readonly<{
  id: string;
  displayName: string;
  /** A verified domain, which names the tenant in URLs as well as its id does. */
  domain: string;
}>;

/** What makes Entra accept an assertion in place of a client secret. */
export type FederatedCredential = Readonly<{
  id: string;
  name: string;
  issuer: string;
  subject: string;
  audiences: readonly [string];
  description: string | null;
  /** When the token endpoint sees it, in milliseconds since 1970. */
  visibleAt: number;
}>;

/** An app registration. */
export type Application = Readonly<{
  /** The object id, by which Microsoft Graph addresses it. */
  id: string;
  /** The client id. */
  appId: string;
  tenantId: string;
  displayName: string;
  createdDateTime: string;
  isDisabled: boolean;
  isFallbackPublicClient: boolean;
  federatedCredentials: readonly FederatedCredential[];
}>;

/** An application's presence in its tenant, to which roles are assigned. */
export type ServicePrincipal = Readonly<{
  id: string;
  appId: string;
  tenantId: string;
  displayName: string;
  accountEnabled: boolean;
}>;
