import { Anchor, Button, Divider, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { signIn, signInOptions, singleSignOnAddress, type SignInOptions } from "../../api/session.ts";
import { Note } from "../../components/failure-note.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { useApiForm } from "../../components/use-api-form.ts";
import { Stage } from "../../shell/stage.tsx";
import { nextAddress } from "./next-address.ts";
import { problemSentence } from "./problems.ts";

const route = getRouteApi("/sign-in");

export default function SignInPage() {
  usePageTitle("Sign in");
  const { next: wanted, problem } = route.useSearch();
  const next = nextAddress(wanted);
  const router = useRouter();
  const [bySingleSignOn, setBySingleSignOn] = useState(false);
  const [email, setEmail] = useState("");

  const form = useApiForm({ initialValues: { password: "" } }, async ({ password }) => {
    await signIn(email.trim(), password);
    if (next.outside) window.location.assign(next.href);
    else router.history.replace(next.href);
  });
  const emailField = (
    <TextInput
      label="E-mail"
      type="email"
      name="email"
      autoComplete="username"
      required
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- there is nothing else to do on this page
      autoFocus
      value={email}
      onChange={(event) => setEmail(event.currentTarget.value)}
    />
  );

  return (
    <Stage>
      <Stack gap="lg">
        <Title order={1} ta="center" tabIndex={-1}>
          Sign in
        </Title>
        {problem === undefined ? null : (
          <Note tone="danger" title={problemSentence(problem)} code={problem} />
        )}
        {form.problem === null ? null : (
          <Note tone="danger" title={form.problem.message} code={form.problem.code}>
            {waitSentence(form.problem.retryAfter)}
          </Note>
        )}
        {bySingleSignOn ? (
          <SingleSignOn email={email.trim()} next={next.href}>
            {emailField}
          </SingleSignOn>
        ) : (
          <form onSubmit={form.send}>
            <Stack gap="md">
              {emailField}
              <PasswordInput
                label="Password"
                name="password"
                autoComplete="current-password"
                required
                {...form.getInputProps("password")}
              />
              <Button type="submit" fullWidth loading={form.sending}>
                Sign in
              </Button>
            </Stack>
          </form>
        )}
        <Divider label="or" />
        <Anchor
          component="button"
          type="button"
          ta="center"
          size="sm"
          onClick={() => setBySingleSignOn(!bySingleSignOn)}
        >
          {bySingleSignOn ? "Sign in with a password" : "Sign in with single sign-on"}
        </Anchor>
      </Stack>
    </Stage>
  );
}

/** Asks which identity providers the address belongs to, and goes to the only one, or lets choose. */
function SingleSignOn({
  email,
  next,
  children,
}: Readonly<{ email: string; next: string; children: ReactNode }>) {
  const [found, setFound] = useState<SignInOptions["singleSignOn"] | null>(null);
  const form = useApiForm({ initialValues: {} }, async () => {
    const { singleSignOn } = await signInOptions(email);
    const [only, ...others] = singleSignOn;
    if (only !== undefined && others.length === 0) window.location.assign(singleSignOnAddress(only.id, next));
    else setFound(singleSignOn);
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        {children}
        {form.problem === null ? null : (
          <Note tone="danger" title={form.problem.message} code={form.problem.code} />
        )}
        {found?.length === 0 ? (
          <Note tone="info" title="No single sign-on is set up for this address">
            Sign in with a password, or ask an admin of your workspace.
          </Note>
        ) : null}
        {(found ?? []).map(({ id, name }) => (
          <Button key={id} component="a" variant="default" href={singleSignOnAddress(id, next)}>
            Continue with {name}
          </Button>
        ))}
        <Button type="submit" fullWidth loading={form.sending}>
          Continue
        </Button>
      </Stack>
    </form>
  );
}

const waitSentence = (seconds: number | null): string | undefined =>
  seconds === null
    ? undefined
    : `Try again in ${seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`}.`;
