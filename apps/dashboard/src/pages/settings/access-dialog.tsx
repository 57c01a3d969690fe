import { Button, Group, Modal, Stack } from "@mantine/core";
import { changeMember, membersQuery, type Member } from "../../api/members.ts";
import { queryClient } from "../../api/query-client.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { RoleField } from "../../components/role-field.tsx";
import { ScopePicker } from "../../components/scope/scope-picker.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { missingScope } from "./missing-scope.ts";

type AccessProps = Readonly<{ onClose: () => void; workspace: string; member: Member }>;

/** Changes what a member may do, and where. */
export function AccessDialog({ opened, ...props }: AccessProps & Readonly<{ opened: boolean }>) {
  return (
    <Modal opened={opened} onClose={props.onClose} title={`Access of ${props.member.user.name}`} size="lg">
      <Access {...props} />
    </Modal>
  );
}

function Access({ onClose, workspace, member }: AccessProps) {
  const form = useApiForm(
    { initialValues: { role: member.role, scope: member.scope }, validate: { scope: missingScope } },
    async (values) => {
      await changeMember(workspace, member.id, values);
      await queryClient.invalidateQueries(membersQuery(workspace));
      toast(`The access of ${member.user.name} was changed`);
      onClose();
    },
  );
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        <RoleField {...form.getInputProps("role")} value={form.values.role} />
        <ScopePicker
          workspace={workspace}
          label="Where"
          description="The change holds from the next request on."
          {...form.getInputProps("scope")}
          value={form.values.scope}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
