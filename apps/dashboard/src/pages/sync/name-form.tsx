import { Button, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { configure, syncKeys } from "../../api/sync.ts";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";

export function NameForm() {
  const { name } = useSync();
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const form = useApiForm({ initialValues: { name } }, async (values) => {
    await configure(address, values);
    await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
    toast("The name was changed");
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="md" align="flex-start">
        <FormProblem problem={form.problem} />
        <TextInput label="Name" required maxLength={100} w="100%" maw={420} {...form.getInputProps("name")} />
        <Button type="submit" variant="default" loading={form.sending}>
          Save name
        </Button>
      </Stack>
    </form>
  );
}
