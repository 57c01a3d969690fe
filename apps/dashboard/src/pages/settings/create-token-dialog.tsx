import { Button, Group, Modal, Radio, Select, Stack, TextInput } from "@mantine/core";
import { queryClient } from "../../api/query-client.ts";
import type { SessionWorkspace } from "../../api/session.ts";
import { createToken, tokensOf, type NewToken, type TokenLifetime } from "../../api/tokens.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { NOTHING } from "../../components/scope/scope.ts";
import { ScopePicker } from "../../components/scope/scope-picker.tsx";
import { useApiForm } from "../../components/use-api-form.ts";
import { missingScope } from "./missing-scope.ts";

const LIFETIMES: ReadonlyArray<Readonly<{ value: TokenLifetime; label: string }>> = [
  { value: "24h", label: "24 hours" },
  { value: "5d", label: "5 days" },
  { value: "30d", label: "30 days" },
  { value: "60d", label: "60 days" },
  { value: "3m", label: "3 months" },
  { value: "6m", label: "6 months" },
];

type CreateTokenProps = Readonly<{
  onClose: () => void;
  workspace: SessionWorkspace;
  onMade: (token: NewToken) => void;
}>;

/** Asks what a new token may, where and for how long. */
export function CreateTokenDialog({ opened, ...props }: CreateTokenProps & Readonly<{ opened: boolean }>) {
  return (
    <Modal opened={opened} onClose={props.onClose} title="New token" size="lg">
      <CreateToken {...props} />
    </Modal>
  );
}

function CreateToken({ onClose, workspace, onMade }: CreateTokenProps) {
  const mayWrite = workspace.role !== "member";
  const form = useApiForm<Parameters<typeof createToken>[1]>(
    {
      initialValues: {
        name: "",
        permission: "read",
        scope: NOTHING,
        expiresIn: "30d",
      },
      validate: { scope: missingScope },
    },
    async (values) => {
      const made = await createToken(workspace.slug, values);
      await queryClient.invalidateQueries(tokensOf(workspace.slug));
      onClose();
      onMade(made);
    },
  );
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        <TextInput
          label="Name"
          description="What it is for, such as the pipeline that uses it."
          required
          maxLength={64}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Radio.Group label="Permission" withAsterisk {...form.getInputProps("permission")}>
          <Stack gap="xs" mt={4}>
            <Radio value="read" label="Read" description="Reads secrets with their values." />
            <Radio
              value="read-write"
              label="Read and write"
              description={
                mayWrite
                  ? "Also changes what you can change."
                  : "Your role only reads, and so can a token of yours."
              }
              disabled={!mayWrite}
            />
          </Stack>
        </Radio.Group>
        <ScopePicker
          workspace={workspace.slug}
          label="Where"
          description="As little as its program needs."
          {...form.getInputProps("scope")}
          value={form.values.scope}
        />
        <Select
          label="Expires after"
          data={LIFETIMES}
          allowDeselect={false}
          required
          {...form.getInputProps("expiresIn")}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
