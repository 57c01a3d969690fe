import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { ApiFailure } from "../../api/failure.ts";
import { changeEnvironment, environmentsQuery, type Environment } from "../../api/projects.ts";
import type { ProjectPlace } from "../../api/secrets.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";

type EnvironmentDialogProps = Readonly<{
  opened: boolean;
  onClose: () => void;
  place: ProjectPlace;
  environment: Environment | null;
}>;

/** Renames an environment, and says whether members may have values of their own in it. */
export function EnvironmentDialog({ opened, onClose, place, environment }: EnvironmentDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Change ${environment?.name ?? ""}`}>
      {environment === null ? null : (
        <EnvironmentForm key={environment.id} onClose={onClose} place={place} environment={environment} />
      )}
    </Modal>
  );
}

type EnvironmentFormProps = Omit<EnvironmentDialogProps, "opened" | "environment"> &
  Readonly<{ environment: Environment }>;

function EnvironmentForm({ onClose, place: { workspace, project }, environment }: EnvironmentFormProps) {
  const queryClient = useQueryClient();
  const { id, name, hasPersonalOverrides } = environment;
  const form = useApiForm(
    { initialValues: { name, hasPersonalOverrides } },
    async (values, { setFieldError }) => {
      try {
        await changeEnvironment(workspace, project, id, values);
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.code !== "EXISTS") throw error;
        setFieldError("name", "The project has an environment of this name already");
        return;
      }
      await queryClient.invalidateQueries(environmentsQuery(workspace, project));
      toast("The environment was changed");
      onClose();
    },
  );
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        <TextInput
          label="Name"
          description="Syncs go on with another name; clients that name it must follow."
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Checkbox
          label="Members may have values of their own"
          description="Nobody else sees them, and no sync writes them. Switched off, they are kept and not used."
          {...form.getInputProps("hasPersonalOverrides", { type: "checkbox" })}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            Save environment
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
