import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { invitationsQuery, invite, type NewInvitation } from "../../api/members.ts";
import { queryClient } from "../../api/query-client.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { OnceDialog } from "../../components/once-dialog.tsx";
import { RoleField } from "../../components/role-field.tsx";
import { EVERYTHING } from "../../components/scope/scope.ts";
import { ScopePicker } from "../../components/scope/scope-picker.tsx";
import { ExactTime } from "../../components/time.tsx";
import { useApiForm } from "../../components/use-api-form.ts";
import { missingScope } from "./missing-scope.ts";

type InviteDialogProps = Readonly<{ opened: boolean; onClose: () => void; workspace: string }>;

/** Asks whom to invite, and shows the link that the invited person must get. */
export function InviteDialog({ opened, onClose, workspace }: InviteDialogProps) {
  const [made, setMade] = useState<NewInvitation | null>(null);
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Modal opened={opened} onClose={onClose} title="Invite a member" size="lg">
        <Invite
          workspace={workspace}
          onClose={onClose}
          onMade={(invitation) => {
            setMade(invitation);
            setShown(true);
            onClose();
          }}
        />
      </Modal>
      {made === null ? null : (
        <OnceDialog
          opened={isShown}
          onClose={() => setShown(false)}
          title={`Invitation for ${made.email}`}
          label="Invitation link"
          value={new URL(made.path, window.location.origin).href}
        >
          No mail is sent. Send the link to {made.email} yourself, in a way that nobody else reads: whoever
          opens it first becomes the member. It works once, until <ExactTime at={made.expiresAt} />.
        </OnceDialog>
      )}
    </>
  );
}

type InviteProps = Readonly<{
  workspace: string;
  onClose: () => void;
  onMade: (invitation: NewInvitation) => void;
}>;

function Invite({ workspace, onClose, onMade }: InviteProps) {
  const form = useApiForm<Parameters<typeof invite>[1]>(
    {
      initialValues: { email: "", role: "developer", scope: EVERYTHING },
      validate: { scope: missingScope },
    },
    async (values, { setFieldError }) => {
      let made: NewInvitation;
      try {
        made = await invite(workspace, { ...values, email: values.email.trim() });
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.code !== "EXISTS") throw error;
        setFieldError("email", "Who has this address is a member already");
        return;
      }
      await queryClient.invalidateQueries(invitationsQuery(workspace));
      onMade(made);
    },
  );
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="off"
          required
          maxLength={254}
          data-autofocus
          {...form.getInputProps("email")}
        />
        <RoleField {...form.getInputProps("role")} value={form.values.role} />
        <ScopePicker
          workspace={workspace}
          label="Where"
          {...form.getInputProps("scope")}
          value={form.values.scope}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            Create invitation
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
