import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { ApiFailure } from "../../api/failure.ts";
import { connect, syncKeys } from "../../api/sync.ts";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { NAME_POLICIES } from "./policies.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";

/** The Azure side, and how names are made there. */
export function ConnectionForm() {
  const sync = useSync();
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const form = useApiForm(
    {
      initialValues: {
        tenantId: sync.tenantId ?? "",
        clientId: sync.clientId ?? "",
        vaultUrl: sync.vaultUrl ?? "",
        prefix: sync.prefix,
        namePolicy: sync.namePolicy,
      },
    },
    async (values, { setFieldError }) => {
      try {
        await connect(address, values);
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.code !== "VAULT_URL_INVALID") throw error;
        setFieldError("vaultUrl", error.message.replace(/^vaultUrl: /, ""));
        return;
      }
      await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
      toast("The connection was saved; a run looks at the vault");
    },
  );
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        <TextInput
          label="Tenant ID"
          required
          spellCheck={false}
          maw={520}
          {...form.getInputProps("tenantId")}
        />
        <TextInput
          label="Client ID"
          description="Of the app registration."
          required
          spellCheck={false}
          maw={520}
          {...form.getInputProps("clientId")}
        />
        <TextInput
          label="Key Vault URL"
          required
          spellCheck={false}
          maw={520}
          {...form.getInputProps("vaultUrl")}
        />
        <TextInput
          label="Prefix"
          description="Put before every name in the vault."
          placeholder="None"
          spellCheck={false}
          maw={520}
          {...form.getInputProps("prefix")}
        />
        <Select
          label="Names"
          description={NAME_POLICIES.find(({ value }) => value === form.values.namePolicy)?.description}
          allowDeselect={false}
          maw={520}
          data={NAME_POLICIES.map(({ value, label }) => ({ value, label }))}
          {...form.getInputProps("namePolicy")}
        />
        <div>
          <Button type="submit" variant="default" loading={form.sending}>
            Save connection
          </Button>
        </div>
      </Stack>
    </form>
  );
}
