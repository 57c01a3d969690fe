import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { lookAtInvitation, type OpenInvitation } from "../../api/invitation.ts";
import { ButtonLink } from "../../components/app-link.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { ROLES, roleName } from "../../components/roles.ts";
import { Stage } from "../../shell/stage.tsx";
import { JoinAnew } from "./join-anew.tsx";
import { JoinWithAccount } from "./join-with-account.tsx";

/** Where an invitation's link leads. Its token stands behind the “#”, which no server and no log sees. */
export default function InvitationPage() {
  usePageTitle("Invitation");
  const [token] = useState(() => window.location.hash.slice(1));
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
          <Heading>Invitation</Heading>
          {error === null ? (
            <LoadingState rows={4} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )}
        </Stack>
      ) : (
        <Stack gap="lg">
          <Invited invitation={invitation} />
          {invitation.needsPassword ? (
            <JoinAnew token={token} invitation={invitation} />
          ) : (
            <JoinWithAccount token={token} invitation={invitation} />
          )}
        </Stack>
      )}
    </Stage>
  );
}

/** For a token that isn't known, not any more, or isn't one at all. */
const isOver = (error: Error | null): boolean =>
  error instanceof ApiFailure && (error.status === 400 || error.status === 404);

function Heading({ children }: Readonly<{ children: ReactNode }>) {
  return (
    <Title order={1} ta="center" tabIndex={-1} style={{ overflowWrap: "anywhere" }}>
      {children}
    </Title>
  );
}

function Invited({ invitation: { email, workspace, role } }: Readonly<{ invitation: OpenInvitation }>) {
  return (
    <>
      <Heading>Join {workspace.name}</Heading>
      <Text ta="center" size="sm" style={{ overflowWrap: "anywhere" }}>
        As <strong>{roleName(role)}</strong>, with the account of <strong>{email}</strong>.
        <Text span display="block" c="dimmed" mt={4}>
          {ROLES.find((one) => one.role === role)?.may}
        </Text>
      </Text>
    </>
  );
}

function Over() {
  return (
    <Stack gap="md" align="center">
      <Heading>This invitation is no longer valid</Heading>
      <Text ta="center" c="dimmed">
        It was used already, was withdrawn or has expired, or its link is incomplete. Ask whoever invited you
        for a new one.
      </Text>
      <ButtonLink to="/sign-in" variant="default">
        Go to the sign-in
      </ButtonLink>
    </Stack>
  );
}
