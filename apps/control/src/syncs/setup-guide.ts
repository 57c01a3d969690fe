import { SUGGESTED_CREDENTIAL_NAME, subjectOf } from "@kvsync/contracts";
import type { SetupGuideBody } from "@kvsync/contracts/api";

/** What a user copies into Azure to make it trust a sync. */
export type SetupGuide = Omit<SetupGuideBody, "syncConfigId" | "cloud" | "localAzure">;

/** Key Vault Secrets Officer. Source: Azure's built-in roles. */
const ROLE = { name: "Key Vault Secrets Officer", id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7" } as const;

/** What is known of the sync's Azure side already; the rest stays as placeholders to fill in. */
export type KnownAzure = Readonly<{ clientId: string | null; vaultUrl: string | null }>;

/** The values, snippet and commands of a sync. */
export function setupGuide(
  syncId: string,
  issuer: string,
  audience: string,
  known: KnownAzure = { clientId: null, vaultUrl: null },
): SetupGuide {
  const subject = subjectOf(syncId);
  const values = { issuer, subject, audience, credentialName: SUGGESTED_CREDENTIAL_NAME };
  return {
    ...values,
    snippet: { name: SUGGESTED_CREDENTIAL_NAME, issuer, subject, audiences: [audience] },
    role: ROLE,
    commands: {
      az: azCommands(values, known),
      terraform: terraform(values, known),
      bicep: bicep(values, known),
    },
  };
}

type Values = Readonly<Record<"issuer" | "subject" | "audience" | "credentialName", string>>;

const vaultNameOf = ({ vaultUrl }: KnownAzure): string =>
  vaultUrl === null ? "<vault-name>" : (new URL(vaultUrl).hostname.split(".")[0] ?? "<vault-name>");

function azCommands({ issuer, subject, audience, credentialName }: Values, known: KnownAzure): string {
  const credential = JSON.stringify({ name: credentialName, issuer, subject, audiences: [audience] });
  const app = known.clientId ?? "$APP_ID";
  const create =
    known.clientId === null
      ? [
          "# An app registration for this sync, and its service principal",
          "APP_ID=$(az ad app create --display-name kvsync --query appId --output tsv)",
          'az ad sp create --id "$APP_ID"',
          "",
        ]
      : [];
  return [
    ...create,
    "# Trust this sync",
    `az ad app federated-credential create --id "${app}" --parameters '${credential}'`,
    "",
    "# Let it write secrets",
    "az role assignment create \\",
    `  --role "${ROLE.name}" \\`,
    `  --assignee "${app}" \\`,
    `  --scope "$(az keyvault show --name ${vaultNameOf(known)} --query id --output tsv)"`,
  ].join("\n");
}

function terraform({ issuer, subject, audience, credentialName }: Values, known: KnownAzure): string {
  return `data "azurerm_key_vault" "target" {
  name                = "${vaultNameOf(known)}"
  resource_group_name = "<resource-group>"
}

resource "azuread_application" "kvsync" {
  display_name = "kvsync"
}

resource "azuread_service_principal" "kvsync" {
  client_id = azuread_application.kvsync.client_id
}

resource "azuread_application_federated_identity_credential" "kvsync" {
  application_id = azuread_application.kvsync.id
  display_name   = "${credentialName}"
  issuer         = "${issuer}"
  subject        = "${subject}"
  audiences      = ["${audience}"]
}

resource "azurerm_role_assignment" "kvsync" {
  scope                = data.azurerm_key_vault.target.id
  role_definition_name = "${ROLE.name}"
  principal_id         = azuread_service_principal.kvsync.object_id
}`;
}

function bicep({ issuer, subject, audience, credentialName }: Values, known: KnownAzure): string {
  return `extension microsoftGraphV1

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: '${vaultNameOf(known)}'
}

resource app 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'kvsync'
  displayName: 'kvsync'

  resource trust 'federatedIdentityCredentials@v1.0' = {
    name: '\${app.uniqueName}/${credentialName}'
    issuer: '${issuer}'
    subject: '${subject}'
    audiences: ['${audience}']
  }
}

resource principal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: app.appId
}

resource officer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, app.appId, '${ROLE.id}')
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${ROLE.id}')
    principalId: principal.id
    principalType: 'ServicePrincipal'
  }
}`;
}
