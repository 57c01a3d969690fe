import { Button, Group, TextInput } from "@mantine/core";
import { createEnvironment } from "../../api/projects.ts";
import { queryClient } from "../../api/query-client.ts";
import { setupSourceQuery } from "../../api/setup.ts";
import { Note } from "../../components/failure-note.tsx";
import { useApiForm } from "../../components/use-api-form.ts";

type CreateEnvironmentProps = Readonly<{ workspace: string; project: string; syncId: string }>;

/** For a project without an environment: makes one without leaving the set-up. It stands in a form already. */
export function CreateEnvironment({ workspace, project, syncId }: CreateEnvironmentProps) {
  const form = useApiForm({ initialValues: { name: "production" } }, async ({ name }) => {
    await createEnvironment(workspace, project, name);
    await queryClient.invalidateQueries(setupSourceQuery(workspace, syncId));
  });
  return (
    <div>
      <Note tone="info" title="This project has no environment yet">
        Secrets have a value for each environment. Create the one that this sync is for.
      </Note>
      {form.problem === null ? null : (
        <Note tone="danger" title={form.problem.message} code={form.problem.code} />
      )}
      <Group align="flex-end" mt="md" gap="xs">
        <TextInput label="Environment" style={{ flex: "1 1 220px" }} {...form.getInputProps("name")} />
        <Button variant="default" loading={form.sending} onClick={() => form.send()}>
          Create environment
        </Button>
      </Group>
    </div>
  );
}
