import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Directory } from "../directory/directory.ts";
import type { Tenant } from "../directory/model.ts";
import { ManagementError, parseInput } from "./errors.ts";
import type { Saved } from "./resource-manager.ts";

const tenantInput = z.strictObject({
  tenantId: z.guid().optional(),
  displayName: z.string().trim().min(1).max(256).default("Local Azure"),
  /** Another name of the tenant in URLs. */
  domain: z
    .string()
    .regex(/^(?:[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?\.)+[0-9a-z-]{2,63}$/i, "A domain name.")
    .optional(),
});

export type TenantInput = z.input<typeof tenantInput>;

/** Makes a tenant; with the id of one that is there, gives that one. */
export function createTenant(directory: Directory, input: TenantInput): Saved<Tenant> {
  const given = parseInput(tenantInput, input);
  const id = (given.tenantId ?? randomUUID()).toLowerCase();
  const known = directory.tenant(id);
  if (known !== undefined) return { saved: known, created: false };
  const domain = given.domain ?? `${id.slice(0, 8)}.onmicrosoft.localhost`;
  if (directory.tenant(domain) !== undefined) {
    throw new ManagementError(409, "DomainInUse", `The domain '${domain}' belongs to another tenant.`);
  }
  const tenant: Tenant = { id, displayName: given.displayName, domain };
  directory.saveTenant(tenant);
  return { saved: tenant, created: true };
}

/**
 * The tenant that a call of Graph is about. In Azure the token says it; here a header does, which may be left out
 * while there is just one tenant.
 *
 * @throws {ManagementError} 400, 404
 */
export function tenantOfCall(directory: Directory, header: string | undefined): Tenant {
  const [only, ...others] = directory.tenants();
  if (header === undefined && only !== undefined && others.length === 0) return only;
  if (header === undefined) {
    throw new ManagementError(
      400,
      "TenantMissing",
      only === undefined
        ? "There is no tenant yet: POST /local/tenants makes one."
        : "There is more than one tenant: name one in the header x-local-tenant.",
    );
  }
  const tenant = directory.tenant(header);
  if (tenant !== undefined) return tenant;
  throw new ManagementError(404, "TenantNotFound", `The tenant '${header}' doesn't exist.`);
}
