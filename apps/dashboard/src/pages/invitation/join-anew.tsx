import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import type { OpenInvitation } from "../../api/invitation.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { PASSWORD_RULE } from "../../components/password-rule.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { useJoin } from "./use-join.ts";

type JoinProps = Readonly<{ token: string; invitation: OpenInvitation }>;

/** Makes an account for somebody new, who joins with it. */
export function JoinAnew({ token, invitation }: JoinProps) {
  const join = useJoin(token, invitation);
  const form = useApiForm({ initialValues: { name: "", password: "" } }, join);
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        {/* So that a password manager knows whose password it is. */}
        <input type="hidden" name="email" autoComplete="username" value={invitation.email} readOnly />
        <TextInput
          label="Your name"
          autoComplete="name"
          required
          maxLength={100}
          {...form.getInputProps("name")}
        />
        <PasswordInput
          label="Choose a password"
          description={PASSWORD_RULE}
          autoComplete="new-password"
          required
          {...form.getInputProps("password")}
        />
        <Button type="submit" fullWidth loading={form.sending}>
          Join
        </Button>
      </Stack>
    </form>
  );
}
