import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { chooseName, chosenNamesQuery, releaseName, syncKeys, type SyncRecord } from "../../api/sync.ts";
import { Note } from "../../components/failure-note.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { useDeed } from "./use-deed.ts";
import { useSyncAddress } from "./use-sync.ts";

type ChooseNameProps = Readonly<{ onClose: () => void; record: SyncRecord }>;

/** Asks for the name that one secret is to have in the vault, whatever prefix and policy say. */
export function ChooseNameDialog({ opened, ...props }: ChooseNameProps & { readonly opened: boolean }) {
  return (
    <Modal opened={opened} onClose={props.onClose} title={`Name of ${props.record.secretName} in the vault`}>
      <ChooseName {...props} />
    </Modal>
  );
}

function ChooseName({ onClose, record }: ChooseNameProps) {
  const { secretId, secretName, vaultName } = record;
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const { data: names } = useQuery(chosenNamesQuery(address));
  const chosen = names?.find((name) => name.secretId === secretId);
  const form = useApiForm(
    { initialValues: { vaultName: vaultName ?? secretName.replaceAll(/[^A-Za-z0-9-]/g, "-") } },
    async (values) => {
      await chooseName(address, secretId, values.vaultName.trim());
      toast(`${secretName} gets its name with the next run`);
      await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
      onClose();
    },
  );
  const release = useDeed("The name couldn’t be given back", async () => {
    await releaseName(address, secretId);
    onClose();
    return `${secretName} is named by prefix and policy again`;
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        {form.problem === null ? null : (
          <Note tone="danger" title={form.problem.message} code={form.problem.code} />
        )}
        <TextInput
          label="Name in the vault"
          description="The whole name: letters, digits and hyphens. The prefix isn’t put before it."
          required
          maxLength={127}
          data-autofocus
          spellCheck={false}
          {...form.getInputProps("vaultName")}
        />
        <Note tone="info" title="The secret moves">
          The next run writes it under the new name, then removes the old one if this sync wrote it.
        </Note>
        <Group justify="flex-end" gap="xs">
          {chosen === undefined ? null : (
            <Button variant="default" loading={release.working} onClick={release.act}>
              Back to the usual name
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            Choose name
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
