import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { isSessionEnded, onSessionChange } from "../api/session-end.ts";
import {
  beginSession,
  sessionQuery,
  signIn,
  signInOptions,
  singleSignOnAddress,
  type Session,
} from "../api/session.ts";
import { Note } from "../components/failure-note.tsx";
import { useApiForm } from "../components/use-api-form.ts";

/**
 * Opens over the page when a request was refused because the session ended. The page stays as it is below, and the
 * request is repeated once its owner has signed in again.
 */
export function SignInAgain() {
  const ended = useSyncExternalStore(onSessionChange, isSessionEnded);
  const session = useQueryClient().getQueryData(sessionQuery.queryKey);
  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      title="Sign in again"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      zIndex={1000}
    >
      {session === null || session === undefined ? null : <Again session={session} />}
    </Modal>
  );
}

function Again({ session: { user, method } }: Readonly<{ session: Session }>) {
  const { data: options } = useQuery({
    queryKey: ["sign-in-options", user.email],
    queryFn: () => signInOptions(user.email),
  });
  const form = useApiForm({ initialValues: { password: "" } }, async ({ password }) => {
    await signIn(user.email, password);
  });
  useSessionBegunElsewhere(user.id);
  const providers = options?.singleSignOn ?? [];
  const byPassword = method === "password" || options?.password === true;

  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <Text>
          Your session has ended. Sign in as <strong>{user.email}</strong> to go on: nothing that you typed is
          lost.
        </Text>
        {form.problem === null ? null : (
          <Note tone="danger" title={form.problem.message} code={form.problem.code} />
        )}
        {byPassword ? (
          <>
            {/* So that a password manager knows whose password is asked for. */}
            <input type="hidden" autoComplete="username" value={user.email} readOnly />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              data-autofocus
              {...form.getInputProps("password")}
            />
          </>
        ) : null}
        <Group justify="space-between">
          <Anchor href="/sign-in" size="sm">
            Leave the page
          </Anchor>
          <Group gap="xs">
            {providers.map(({ id, name }) => (
              <Button
                key={id}
                variant="default"
                component="a"
                href={singleSignOnAddress(id, "/account")}
                target="_blank"
                rel="opener"
              >
                {name} in a new tab
              </Button>
            ))}
            {byPassword ? (
              <Button type="submit" loading={form.sending}>
                Sign in
              </Button>
            ) : null}
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** When one comes back to this tab, it may be that one has signed in in another. */
function useSessionBegunElsewhere(userId: string): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const look = async (): Promise<void> => {
      const found = await queryClient.fetchQuery({
        ...sessionQuery,
        queryKey: ["session", "elsewhere"],
        staleTime: 0,
      });
      if (found?.user.id === userId) beginSession(found);
    };
    const onFocus = (): void => void look().catch(() => undefined);
    window.addEventListener("focus", onFocus);
    return () => window.removeEventListener("focus", onFocus);
  }, [queryClient, userId]);
}
