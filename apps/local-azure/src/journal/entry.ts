import type { JsonWebKey } from "node:crypto";
import type { Application, ServicePrincipal, Tenant } from "../directory/model.ts";
import type { RoleAssignment, RoleDefinition, Vault } from "../vault/model.ts";
import type { SecretHead, SecretVersion } from "../vault/secret.ts";

/** One change of state. Each says what something is from now on, so that the last one about a thing counts. */
export type Entry =
  | Readonly<{ type: "signingKey"; jwk: JsonWebKey }>
  | Readonly<{ type: "backupKey"; key: string }>
  | Readonly<{ type: "tenant"; tenant: Tenant }>
  | Readonly<{ type: "application"; application: Application }>
  | Readonly<{ type: "servicePrincipal"; servicePrincipal: ServicePrincipal }>
  | Readonly<{ type: "vault"; vault: Vault }>
  | Readonly<{ type: "roleDefinition"; roleDefinition: RoleDefinition }>
  | Readonly<{ type: "roleAssignment"; roleAssignment: RoleAssignment }>
  | Readonly<{ type: "roleAssignmentRemoved"; id: string }>
  | Readonly<{ type: "secret"; vault: string; key: string; head: SecretHead }>
  | Readonly<{ type: "secretVersion"; vault: string; key: string; version: SecretVersion }>
  | Readonly<{ type: "secretRemoved"; vault: string; key: string }>;

/** Where changes of state go. When it returns, they survive the end of the process (not that of the machine). */
export type Record = (entries: readonly Entry[]) => void;
