/** Where requests to a vault may come from. */
type NetworkAcls = Readonly<{
  defaultAction: "Allow" | "Deny";
  /** Addresses or ranges that may pass where the default is Deny. */
  ipRules: ReadonlyArray<Readonly<{ value: string }>>;
}>;

/** What a principal may do in a vault that isn't in RBAC mode. */
type AccessPolicy = Readonly<{
  tenantId: string;
  objectId: string;
  permissions: Readonly<{ secrets: readonly string[] }>;
}>;

/** A vault's settings, as Azure Resource Manager keeps them. */
export type Vault = Readonly<{
  name: string;
  /** Its resource id. */
  id: string;
  location: string;
  tags: Readonly<Record<string, string>>;
  tenantId: string;
  enableRbacAuthorization: boolean;
  accessPolicies: readonly AccessPolicy[];
  /** Days from deletion to the purge; fixed at creation. */
  softDeleteRetentionInDays: number;
  enablePurgeProtection: boolean;
  publicNetworkAccess: "Enabled" | "Disabled";
  networkAcls: NetworkAcls;
  /** The port of the vault's own listener. */
  localPort: number;
}>;

export type RoleDefinition = Readonly<{
  /** The GUID, in lower case. */
  id: string;
  roleName: string;
  dataActions: readonly string[];
  notDataActions: readonly string[];
}>;

export type RoleAssignment = Readonly<{
  /** The GUID, in lower case. */
  id: string;
  /** A resource id: a subscription, a resource group, a vault or one secret. */
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  /** When vaults heed it, in milliseconds since 1970. */
  visibleAt: number;
}>;
