import { Group, Stack, Tabs, Text, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { SetupGuide } from "../../api/setup.ts";
import { draftName, useDraft } from "./draft.ts";
import { MarkedCode } from "./marked-code.tsx";
import { fillIn, type Fillings } from "./placeholders.ts";
import { PortalGuide } from "./portal-guide.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/setup");

type WaysProps = Readonly<{ guide: SetupGuide; syncId: string; vaultName: string }>;

const LABELS = {
  az: "Azure CLI commands",
  terraform: "Terraform configuration",
  bicep: "Bicep file",
} as const;

const WAYS = ["portal", "az", "terraform", "bicep"] as const;

/** The ways to tell Azure, each with this sync's values. Which is shown stands in the address. */
export function Ways({ guide, syncId, vaultName }: WaysProps) {
  const { way: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const [draft, keep] = useDraft<Fillings>(draftName(syncId, "placeholders"));
  const fillings = draft ?? { vaultName, resourceGroup: "" };
  const inputs = (
    <Group grow gap="md" preventGrowOverflow={false}>
      <TextInput
        label="Vault name"
        description="Fills in the placeholder below"
        placeholder="my-vault"
        value={fillings.vaultName}
        onChange={(event) => keep({ ...fillings, vaultName: event.currentTarget.value })}
        spellCheck={false}
        autoComplete="off"
      />
      <TextInput
        label="Resource group"
        description="Only Terraform needs it"
        placeholder="my-resource-group"
        value={fillings.resourceGroup}
        onChange={(event) => keep({ ...fillings, resourceGroup: event.currentTarget.value })}
        spellCheck={false}
        autoComplete="off"
      />
    </Group>
  );
  return (
    <Tabs
      value={WAYS.find((way) => way === asked) ?? "portal"}
      onChange={(way) =>
        void navigate({
          search: (before) => ({ ...before, way: way ?? "portal" }),
          replace: true,
          resetScroll: false,
        })
      }
      keepMounted={false}
    >
      <Tabs.List mb="md">
        <Tabs.Tab value="portal">Portal</Tabs.Tab>
        <Tabs.Tab value="az">az</Tabs.Tab>
        <Tabs.Tab value="terraform">Terraform</Tabs.Tab>
        <Tabs.Tab value="bicep">Bicep</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="portal">
        <PortalGuide guide={guide} />
      </Tabs.Panel>
      {(["az", "terraform", "bicep"] as const).map((way) => (
        <Tabs.Panel key={way} value={way}>
          <Stack gap="md">
            {inputs}
            <MarkedCode code={fillIn(guide.commands[way], fillings)} label={LABELS[way]} />
            {way === "az" ? (
              <>
                <Text size="sm" c="dimmed">
                  These print what the next step asks for:
                </Text>
                <MarkedCode
                  code={fillIn(IDS, fillings)}
                  label="Azure CLI commands that print tenant id, client id and vault address"
                />
              </>
            ) : null}
          </Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

const IDS = [
  "az account show --query tenantId --output tsv",
  'echo "$APP_ID"',
  "az keyvault show --name <vault-name> --query properties.vaultUri --output tsv",
].join("\n");
