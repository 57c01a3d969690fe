import { isIP } from "node:net";
import { z } from "zod";

const ipRange = z.string().refine(isRange, "An address or a CIDR range.");

/** The body of `PUT …/vaults/{name}`. */
export const vaultInput = z.strictObject({
  location: z.string().min(1).max(60),
  tags: z.record(z.string(), z.string()).default({}),
  properties: z.strictObject({
    tenantId: z.guid(),
    sku: z.object({ name: z.string() }).optional(),
    enableRbacAuthorization: z.boolean().default(true),
    enableSoftDelete: z.literal(true, "Soft delete can't be turned off.").optional(),
    softDeleteRetentionInDays: z.number().int().min(7).max(90).optional(),
    enablePurgeProtection: z.boolean().nullable().optional(),
    publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled"),
    networkAcls: z
      .strictObject({
        defaultAction: z.enum(["Allow", "Deny"]).default("Allow"),
        bypass: z.enum(["AzureServices", "None"]).optional(),
        ipRules: z.array(z.strictObject({ value: ipRange })).default([]),
        virtualNetworkRules: z.tuple([]).optional(),
      })
      .default({ defaultAction: "Allow", ipRules: [] }),
    accessPolicies: z
      .array(
        z.object({
          tenantId: z.guid(),
          objectId: z.guid(),
          permissions: z.object({ secrets: z.array(z.string()).default([]) }),
        }),
      )
      .default([]),
  }),
});

/** The body of `PUT …/roleDefinitions/{guid}`. */
export const definitionInput = z.strictObject({
  properties: z.strictObject({
    roleName: z.string().min(1).max(512),
    description: z.string().optional(),
    type: z.literal("CustomRole").optional(),
    assignableScopes: z.array(z.string()).optional(),
    permissions: z
      .array(
        z.strictObject({
          actions: z.array(z.string()).default([]),
          notActions: z.array(z.string()).default([]),
          dataActions: z.array(z.string()).default([]),
          notDataActions: z.array(z.string()).default([]),
        }),
      )
      .min(1),
  }),
});

/** The body of `PUT …/roleAssignments/{guid}`. */
export const assignmentInput = z.strictObject({
  properties: z.strictObject({
    /** The GUID, or a resource id that ends in it. */
    roleDefinitionId: z.string().min(36),
    principalId: z.guid(),
    principalType: z.literal("ServicePrincipal").optional(),
    description: z.string().optional(),
  }),
});

export type VaultInput = z.input<typeof vaultInput>;
export type VaultProperties = z.output<typeof vaultInput>["properties"];
export type RoleDefinitionInput = z.input<typeof definitionInput>;
export type RoleAssignmentInput = z.input<typeof assignmentInput>;

function isRange(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const bits = isIP(address) === 4 ? 32 : 128;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return isIP(address) !== 0 && isPrefix && rest.length === 0;
}
