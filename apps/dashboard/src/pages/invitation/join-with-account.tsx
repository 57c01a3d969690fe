import { Anchor, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { OpenInvitation } from "../../api/invitation.ts";
import { sessionQuery, signIn, signInOptions, singleSignOnAddress } from "../../api/session.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { useApiForm } from "../../components/use-api-form.ts";
import { useJoin } from "./use-join.ts";

type JoinProps = Readonly<{ token: string; invitation: OpenInvitation }>;

/**
 * For somebody who has an account: who is signed in with it joins, others sign in first. The link's token never goes into
 * an address that a server sees, so the sign-in is here, or at a provider in a tab of its own.
 */
export function JoinWithAccount({ token, invitation }: JoinProps) {
  const { email } = invitation;
  const join = useJoin(token, invitation);
  // Asked again when one comes back to this tab, from a sign-in in another.
  const { data: session } = useQuery({ ...sessionQuery, staleTime: 0, refetchOnWindowFocus: "always" });
  const isSignedIn = session?.user.email === email;
  const { data: options } = useQuery({
    queryKey: ["sign-in-options", email],
    queryFn: () => signInOptions(email),
    enabled: !isSignedIn,
  });
  const form = useApiForm({ initialValues: { password: "" } }, async ({ password }) => {
    if (!isSignedIn) await signIn(email, password);
    await join();
  });
  const other = session !== undefined && session !== null && !isSignedIn ? session.user.email : null;

  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        {other === null ? null : (
          <Text size="sm" c="dimmed" ta="center">
            You are signed in as {other}. Joining signs you in as {email} instead.
          </Text>
        )}
        <FormProblem problem={form.problem} />
        {isSignedIn ? null : (
          <>
            <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
            <PasswordInput
              label="Your password"
              description="You have an account here already."
              autoComplete="current-password"
              required
              {...form.getInputProps("password")}
            />
          </>
        )}
        <Button type="submit" fullWidth loading={form.sending}>
          {isSignedIn ? "Join" : "Sign in and join"}
        </Button>
        {isSignedIn
          ? null
          : options?.singleSignOn.map(({ id, name }) => (
              <Anchor
                key={id}
                href={singleSignOnAddress(id, "/account")}
                target="_blank"
                rel="noopener"
                size="sm"
                ta="center"
              >
                Sign in with {name} in a new tab, then come back here
              </Anchor>
            ))}
      </Stack>
    </form>
  );
}
