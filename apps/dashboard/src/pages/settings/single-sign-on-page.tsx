import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { queryClient } from "../../api/query-client.ts";
import { singleSignOnAddress } from "../../api/session.ts";
import { removeSingleSignOn, singleSignOnQuery, type SingleSignOn } from "../../api/single-sign-on.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { CopyField } from "../../components/copy-field.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { toast } from "../../components/toast.ts";
import { SingleSignOnForm } from "./single-sign-on-form.tsx";

const route = getRouteApi("/signed-in/shell/w/$workspace/settings/single-sign-on");

/** The organisation's identity provider: its settings, what it must know, and a try. */
export default function SingleSignOnPage() {
  const { workspace } = route.useParams();
  const { data: provider, error, refetch } = useQuery(singleSignOnQuery(workspace));
  return (
    <>
      <PageHeader
        title="Single sign-on"
        description="Members sign in at your organisation’s identity provider, by OpenID Connect."
        badge={
          provider === undefined ? undefined : provider === null ? (
            <Pill tone="neutral">Not set up</Pill>
          ) : (
            <Pill tone="success">Set up</Pill>
          )
        }
      />
      {provider === undefined ? (
        error === null ? (
          <LoadingState rows={5} rowHeight={76} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Stack gap="lg" maw={760}>
          <Card component="section" aria-labelledby="at-the-provider">
            <Title order={2} id="at-the-provider" mb={4}>
              At the provider
            </Title>
            <Text size="sm" c="dimmed" mb="md">
              Register kvsync there as a web application with this redirect address.
            </Text>
            <CopyField label="Redirect address" value={callbackAddress()} />
          </Card>
          <Card component="section" aria-labelledby="in-kvsync">
            <Title order={2} id="in-kvsync" mb="md">
              In kvsync
            </Title>
            <SingleSignOnForm key={provider?.id ?? "new"} workspace={workspace} provider={provider} />
          </Card>
          {provider === null ? null : <TryAndRemove workspace={workspace} provider={provider} />}
        </Stack>
      )}
    </>
  );
}

/** Where the provider sends the browser back to: the same for each workspace. */
const callbackAddress = (): string => new URL("/sign-in/sso/callback", window.location.origin).href;

function TryAndRemove({ workspace, provider }: Readonly<{ workspace: string; provider: SingleSignOn }>) {
  const [removing, { open, close }] = useDisclosure();
  return (
    <Card component="section" aria-labelledby="try">
      <Title order={2} id="try" mb={4}>
        Try it
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Signs you in at {provider.name} in a new tab. Your session here goes on if that fails.
      </Text>
      <Group justify="space-between">
        <Button
          variant="default"
          component="a"
          href={singleSignOnAddress(provider.id, `/w/${workspace}/settings/single-sign-on`)}
          target="_blank"
          rel="noopener"
        >
          Sign in with {provider.name}
        </Button>
        <Button variant="subtle" color="red" c="var(--kv-danger-text)" onClick={open}>
          Remove single sign-on
        </Button>
      </Group>
      <ConfirmDialog
        opened={removing}
        onClose={close}
        title="Remove single sign-on?"
        action="Remove"
        dangerous
        onConfirm={async () => {
          await removeSingleSignOn(workspace);
          await queryClient.invalidateQueries(singleSignOnQuery(workspace));
          toast("Single sign-on was removed");
        }}
      >
        Nobody can sign in at {provider.name} any more. Members stay members; who has no password must be
        invited again to get one.
      </ConfirmDialog>
    </Card>
  );
}
