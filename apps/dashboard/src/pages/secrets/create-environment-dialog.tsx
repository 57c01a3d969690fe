import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { ApiFailure } from "../../api/failure.ts";
import { createEnvironment, environmentsQuery } from "../../api/projects.ts";
import type { ProjectPlace } from "../../api/secrets.ts";
import { Note } from "../../components/failure-note.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";

type CreateEnvironmentProps = Readonly<{
  onClose: () => void;
  place: ProjectPlace;
  onCreated?: (name: string) => void;
}>;

/** Asks for the name of a new environment, and makes it. */
export function CreateEnvironmentDialog({
  opened,
  ...props
}: CreateEnvironmentProps & Readonly<{ opened: boolean }>) {
  return (
    <Modal opened={opened} onClose={props.onClose} title="New environment">
      <CreateEnvironment {...props} />
    </Modal>
  );
}

function CreateEnvironment({ onClose, place: { workspace, project }, onCreated }: CreateEnvironmentProps) {
  const queryClient = useQueryClient();
  const form = useApiForm({ initialValues: { name: "" } }, async ({ name }, { setFieldError }) => {
    try {
      await createEnvironment(workspace, project, name);
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.code !== "EXISTS") throw error;
      setFieldError("name", "The project has an environment of this name already");
      return;
    }
    await queryClient.invalidateQueries(environmentsQuery(workspace, project));
    toast(`${name} was created`);
    onClose();
    onCreated?.(name.trim());
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        {form.problem === null ? null : (
          <Note tone="danger" title={form.problem.message} code={form.problem.code} />
        )}
        <TextInput label="Name" required maxLength={100} data-autofocus {...form.getInputProps("name")} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            Create environment
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
