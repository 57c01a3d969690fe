import { Anchor, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconClockX } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { decideDevice, lookAtDevice, type DeviceLogin } from "../../api/device.ts";
import { useSession } from "../../api/session.ts";
import { Note } from "../../components/failure-note.tsx";
import { FormProblem } from "../../components/form-problem.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { ExactTime } from "../../components/time.tsx";
import { useApiForm } from "../../components/use-api-form.ts";
import { Stage } from "../../shell/stage.tsx";
import { userCodeOf } from "./user-code.ts";

const route = getRouteApi("/signed-in/device");

type Asked = Readonly<{ userCode: string; login: DeviceLogin }>;

/** Lets a program in that asks to be signed in: shows who asks, and approves or denies it. */
export default function DevicePage() {
  usePageTitle("Sign in a device");
  const { user_code: given = "" } = route.useSearch();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [decision, setDecision] = useState<"approved" | "denied" | null>(null);

  return (
    <Stage>
      {decision !== null ? (
        <Done isApproved={decision === "approved"} />
      ) : asked === null ? (
        <AskForCode given={userCodeOf(given)} onFound={setAsked} />
      ) : (
        <Decide asked={asked} onDecided={setDecision} onBack={() => setAsked(null)} />
      )}
    </Stage>
  );
}

function Heading({ children }: Readonly<{ children: string }>) {
  return (
    <Title order={1} ta="center" tabIndex={-1} style={{ textWrap: "balance" }}>
      {children}
    </Title>
  );
}

/** The code is in the link, or typed; either way its owner compares it with what the program shows. */
function AskForCode({ given, onFound }: Readonly<{ given: string; onFound: (asked: Asked) => void }>) {
  const form = useApiForm({ initialValues: { userCode: given } }, async ({ userCode }) => {
    onFound({ userCode, login: await lookAtDevice(userCode) });
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="lg">
        <Heading>Sign in a device</Heading>
        <Text ta="center" c="dimmed" size="sm">
          {given === ""
            ? "Enter the code that your terminal shows."
            : "Is this the code that your terminal shows?"}
        </Text>
        <FormProblem problem={form.problem} />
        <TextInput
          label="Code"
          required
          size="lg"
          placeholder="ABCD-EFGH"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          styles={{
            input: {
              fontFamily: "var(--mantine-font-family-monospace)",
              letterSpacing: "0.12em",
              textAlign: "center",
            },
          }}
          {...form.getInputProps("userCode")}
          onChange={(event) => form.setFieldValue("userCode", userCodeOf(event.currentTarget.value))}
        />
        <Button type="submit" fullWidth loading={form.sending}>
          Continue
        </Button>
      </Stack>
    </form>
  );
}

type DecideProps = Readonly<{
  asked: Asked;
  onDecided: (decision: "approved" | "denied") => void;
  onBack: () => void;
}>;

function Decide({ asked: { userCode, login }, onDecided, onBack }: DecideProps) {
  const { user } = useSession();
  const form = useApiForm({ initialValues: { approve: true } }, async ({ approve }) => {
    await decideDevice(userCode, approve);
    onDecided(approve ? "approved" : "denied");
  });
  if (form.problem?.code === "DEVICE_NOT_FOUND") return <TooLate onBack={onBack} />;
  return (
    <form onSubmit={form.send}>
      <Stack gap="lg">
        <Heading>Approve this sign-in?</Heading>
        <Text ta="center" style={{ textWrap: "balance" }}>
          <strong>{login.clientId}</strong> wants to act as <strong>{user.email}</strong>, with everything
          that you can do here.
        </Text>
        <Note tone="warning" title="Only if you started this yourself">
          Deny it if somebody sent you the link, or if your terminal doesn’t show the code{" "}
          <strong style={{ whiteSpace: "nowrap" }}>{userCode}</strong>.
        </Note>
        <FormProblem problem={form.problem} />
        <Group grow>
          <Button
            type="submit"
            variant="default"
            disabled={form.sending}
            onClick={() => form.setFieldValue("approve", false)}
          >
            Deny
          </Button>
          <Button type="submit" loading={form.sending} onClick={() => form.setFieldValue("approve", true)}>
            Approve
          </Button>
        </Group>
        <Group justify="space-between" gap="xs">
          <Text size="xs" c="dimmed">
            Until <ExactTime at={login.expiresAt} />
          </Text>
          <Anchor component="button" type="button" size="xs" onClick={onBack}>
            Another code
          </Anchor>
        </Group>
      </Stack>
    </form>
  );
}

/** The device gave up, or was answered elsewhere, while its owner made up their mind. */
function TooLate({ onBack }: Readonly<{ onBack: () => void }>) {
  return (
    <Stack gap="md" align="center" role="alert">
      <IconClockX size={40} stroke={1.5} color="var(--mantine-color-dimmed)" aria-hidden />
      <Heading>This sign-in waits no more</Heading>
      <Text ta="center" c="dimmed" style={{ textWrap: "balance" }}>
        It ran out, or was answered already. Begin anew in your terminal: it shows another code.
      </Text>
      <Button variant="default" fullWidth mt="xs" onClick={onBack}>
        Enter another code
      </Button>
    </Stack>
  );
}

function Done({ isApproved }: Readonly<{ isApproved: boolean }>) {
  const Icon = isApproved ? IconCircleCheck : IconCircleX;
  return (
    <Stack gap="md" align="center" role="status">
      <Icon
        size={40}
        stroke={1.5}
        color={isApproved ? "var(--kv-success-text)" : "var(--mantine-color-dimmed)"}
        aria-hidden
      />
      <Heading>{isApproved ? "Signed in" : "Denied"}</Heading>
      <Text ta="center" c="dimmed">
        {isApproved
          ? "Your terminal goes on in a moment. You can close this page."
          : "Nothing got access. You can close this page."}
      </Text>
    </Stack>
  );
}
