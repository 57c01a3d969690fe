import { Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { acceptInvitation, lookAtInvitation, type OpenInvitation } from "../../api/invitation.ts";
import { ButtonLink } from "../../components/app-link.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { FormProblem } from "../../components/form-problem.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { PASSWORD_RULE } from "../../components/password-rule.ts";
import { ROLES, roleName } from "../../components/roles.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { Stage } from "../../shell/stage.tsx";

/** Where an invitation's link leads. Its token stands behind the “#”, which no server and no log sees. */
export default function InvitationPage() {
  usePageTitle("Invitation");
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  const {
    data: invitation,
    error,
    refetch,
  } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => lookAtInvitation(token),
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });

  return (
    <Stage>
      {token === "" || isOver(error) ? (
        <Over />
      ) : invitation === undefined ? (
        <Stack gap="lg">
          <Title order={1} ta="center" tabIndex={-1}>
            Invitation
          </Title>
          {error === null ? (
            <LoadingState rows={4} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )}
        </Stack>
      ) : (
        <Accept token={token} invitation={invitation} />
      )}
    </Stage>
  );
}

/** The server refuses a token that it doesn't know, or not any more, with a 4xx that isn't about how often one asks. */
const isOver = (error: Error | null): boolean =>
  error instanceof ApiFailure && [400, 404, 410].includes(error.status);

function Over() {
  return (
    <Stack gap="md" align="center">
      <Title order={1} ta="center" tabIndex={-1}>
        This invitation isn’t open
      </Title>
      <Text ta="center" c="dimmed">
        It was used already, was revoked, has expired, or its link isn’t whole. Ask who invited you for a new
        one.
      </Text>
      <ButtonLink to="/sign-in" variant="default">
        Go to the sign-in
      </ButtonLink>
    </Stack>
  );
}

type AcceptProps = Readonly<{ token: string; invitation: OpenInvitation }>;

function Accept({ token, invitation: { email, workspace, role, needsPassword } }: AcceptProps) {
  const navigate = useNavigate();
  const form = useApiForm({ initialValues: { name: "", password: "" } }, async ({ name, password }) => {
    await acceptInvitation({ token, password, ...(needsPassword ? { name } : {}) });
    await navigate({ to: "/w/$workspace", params: { workspace: workspace.slug }, replace: true });
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="lg">
        <Title order={1} ta="center" tabIndex={-1}>
          Join {workspace.name}
        </Title>
        <Text ta="center" size="sm">
          As <strong>{roleName(role)}</strong>, with the account of <strong>{email}</strong>.
          <Text span display="block" c="dimmed" mt={4}>
            {ROLES.find((one) => one.role === role)?.may}
          </Text>
        </Text>
        <FormProblem problem={form.problem} />
        {/* So that a password manager knows whose password it is. */}
        <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
        {needsPassword ? (
          <>
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
          </>
        ) : (
          <PasswordInput
            label="Your password"
            description="You have an account here already."
            autoComplete="current-password"
            required
            {...form.getInputProps("password")}
          />
        )}
        <Button type="submit" fullWidth loading={form.sending}>
          Join
        </Button>
      </Stack>
    </form>
  );
}
