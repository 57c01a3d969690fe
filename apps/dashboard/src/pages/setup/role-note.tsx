import { Anchor, Collapse, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { CodeBlock } from "../../components/code-block.tsx";
import type { SetupGuide } from "../../api/setup.ts";
import { MarkedCode } from "./marked-code.tsx";
import { SMALLER_ROLE } from "./smaller-role.ts";
import classes from "./setup.module.css";

const ASSIGN = `az role definition create --role-definition @role.json
az role assignment create --role "Key Vault Secrets Sync" \\
  --assignee <application-client-id> \\
  --scope /subscriptions/<subscription-id>/resourceGroups/<resource-group>/providers/Microsoft.KeyVault/vaults/<vault-name>`;

/** Which role the app registration needs and where, and the smallest one that does. */
export function RoleNote({ role }: Pick<SetupGuide, "role">) {
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <div className={classes.panel}>
      <Text fw={600}>The role: {role.name}, at the scope of this one Key Vault</Text>
      <Text size="sm" mt={4} maw="68ch">
        It may also read values, which a sync never does. Where that is too much, a custom role with five data
        actions is enough.
      </Text>
      <Anchor component="button" type="button" size="sm" mt={6} onClick={toggle} aria-expanded={opened}>
        {opened ? "Hide the smaller role" : "Show the smaller role"}
      </Anchor>
      <Collapse expanded={opened}>
        <Stack gap="sm" mt="md">
          <Text size="sm">
            Save this as <code>role.json</code>, with your subscription’s id:
          </Text>
          <MarkedCode code={SMALLER_ROLE} label="A role that can’t read values" />
          <CodeBlock code={ASSIGN} label="Azure CLI commands that create and assign it" />
        </Stack>
      </Collapse>
    </div>
  );
}
