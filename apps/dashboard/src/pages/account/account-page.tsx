import {
  Button,
  Card,
  Group,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
  useMantineColorScheme,
} from "@mantine/core";
import type { ReactNode } from "react";
import { changePassword, rename } from "../../api/account.ts";
import { ApiFailure } from "../../api/failure.ts";
import { useSession } from "../../api/session.ts";
import { Note } from "../../components/failure-note.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PASSWORD_RULE } from "../../components/password-rule.ts";
import { useTimeZone } from "../../components/time-zone.tsx";
import { ExactTime } from "../../components/time.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";

/** What one may change about oneself, and how the dashboard looks in this browser. */
export default function AccountPage() {
  const { user, method, expiresAt } = useSession();
  return (
    <>
      <PageHeader title="Account" description={user.email} />
      <Stack gap="lg" maw={760}>
        <Profile />
        {method === "password" ? <Password /> : null}
        <Appearance />
        <Section title="Session">
          <Text size="sm" c="dimmed">
            Signed in {method === "password" ? "with a password" : "by single sign-on"}, until{" "}
            <ExactTime at={expiresAt} /> unless you go on working.
          </Text>
        </Section>
      </Stack>
    </>
  );
}

function Section({ title, children }: Readonly<{ title: string; children: ReactNode }>) {
  return (
    <Card component="section" aria-label={title}>
      <Title order={2} mb="md">
        {title}
      </Title>
      {children}
    </Card>
  );
}

function Profile() {
  const { user } = useSession();
  const form = useApiForm({ initialValues: { name: user.name } }, async ({ name }) => {
    await rename(name);
    toast("Your name was changed");
  });
  return (
    <Section title="Profile">
      <form onSubmit={form.send}>
        <Stack gap="md" align="flex-start">
          {form.problem === null ? null : (
            <Note tone="danger" title={form.problem.message} code={form.problem.code} />
          )}
          <TextInput
            label="Name"
            autoComplete="name"
            required
            maxLength={100}
            w="100%"
            maw={420}
            {...form.getInputProps("name")}
          />
          <Button type="submit" variant="default" loading={form.sending}>
            Save name
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function Password() {
  const { user } = useSession();
  const form = useApiForm(
    {
      initialValues: { current: "", password: "", repeated: "" },
      validate: {
        repeated: (repeated, { password }) =>
          repeated === password ? null : "This isn’t the same as the new password",
      },
    },
    async ({ current, password }, { reset, setFieldError }) => {
      try {
        await changePassword(current, password);
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.code !== "PASSWORD_WRONG") throw error;
        setFieldError("current", "This isn’t your current password");
        return;
      }
      reset();
      toast("Your password was changed");
    },
  );
  return (
    <Section title="Password">
      <form onSubmit={form.send}>
        <Stack gap="md" align="flex-start">
          {form.problem === null ? null : (
            <Note tone="danger" title={form.problem.message} code={form.problem.code} />
          )}
          <input type="hidden" autoComplete="username" value={user.email} readOnly />
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            w="100%"
            maw={420}
            {...form.getInputProps("current")}
          />
          <PasswordInput
            label="New password"
            description={`${PASSWORD_RULE} Changing it ends your sessions in other browsers.`}
            autoComplete="new-password"
            required
            w="100%"
            maw={420}
            {...form.getInputProps("password")}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            required
            w="100%"
            maw={420}
            {...form.getInputProps("repeated")}
          />
          <Button type="submit" variant="default" loading={form.sending}>
            Change password
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zone = useTimeZone();
  return (
    <Section title="In this browser">
      <Stack gap="md">
        <Choice label="Colours">
          <SegmentedControl
            aria-label="Colours"
            value={colorScheme}
            onChange={setColorScheme}
            data={[
              { value: "auto", label: "As the system" },
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
            ]}
          />
        </Choice>
        <Choice label="Times">
          <SegmentedControl
            aria-label="Times"
            value={zone.choice}
            onChange={zone.choose}
            data={[
              { value: "local", label: "Local" },
              { value: "utc", label: "UTC" },
            ]}
          />
          <Text size="sm" c="dimmed">
            {zone.name}
          </Text>
        </Choice>
      </Stack>
    </Section>
  );
}

function Choice({ label, children }: Readonly<{ label: string; children: ReactNode }>) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <Group gap="sm">{children}</Group>
    </div>
  );
}
