import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { deleteEnvironment, environmentsQuery, type Environment, type Project } from "../../api/projects.ts";
import type { Sync } from "../../api/syncs.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { toast } from "../../components/toast.ts";
import { useAddressDialog } from "../../components/use-address-dialog.ts";
import { useDialog } from "../../components/use-dialog.ts";
import { CreateEnvironmentDialog } from "../secrets/create-environment-dialog.tsx";
import { EnvironmentDialog } from "./environment-dialog.tsx";
import { HangingSyncs } from "./hanging-syncs.tsx";
import classes from "./projects.module.css";

type EnvironmentsProps = Readonly<{ workspace: string; project: Project; syncs: readonly Sync[] }>;

/** A project's environments: each is renamed, and deleted once no sync hangs on it. */
export function Environments({ workspace, project: { slug }, syncs }: EnvironmentsProps) {
  const queryClient = useQueryClient();
  const { data: environments, error, refetch } = useQuery(environmentsQuery(workspace, slug));
  const creation = useAddressDialog("environment");
  const changing = useDialog<Environment>();
  const deleting = useDialog<Environment>();
  if (environments === undefined)
    return error === null ? (
      <LoadingState rows={3} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  const linkedTo = (environment: Environment | null): readonly Sync[] =>
    syncs.filter(({ environmentId }) => environmentId === environment?.id);
  const place = { workspace, project: slug };
  const { subject } = deleting;
  const hanging = linkedTo(subject);
  return (
    <Stack gap="md" align="flex-start">
      {environments.length === 0 ? <Text c="dimmed">There is none yet.</Text> : null}
      <ul className={classes.environments}>
        {environments.map((environment) => (
          <li key={environment.id} className={classes.environment}>
            <div>
              <Text fw={600} style={{ overflowWrap: "anywhere" }}>
                {environment.name}
              </Text>
              <Text size="sm" c="dimmed">
                {syncedWords(linkedTo(environment))}
                {environment.hasPersonalOverrides ? ", with personal values" : ""}
              </Text>
            </div>
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                onClick={() => changing.open(environment)}
                aria-label={`Change ${environment.name}`}
              >
                Change…
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={() => deleting.open(environment)}
                aria-label={`Delete ${environment.name}`}
              >
                Delete…
              </Button>
            </Group>
          </li>
        ))}
      </ul>
      <Button variant="default" onClick={creation.open}>
        New environment
      </Button>
      <CreateEnvironmentDialog opened={creation.opened} onClose={creation.close} place={place} />
      <EnvironmentDialog
        opened={changing.opened}
        onClose={changing.close}
        place={place}
        environment={changing.subject}
      />
      <ConfirmDialog
        opened={deleting.opened}
        onClose={deleting.close}
        title={`Delete ${subject?.name ?? ""}?`}
        action="Delete environment"
        dangerous
        forbidden={hanging.length > 0}
        {...(subject === null || hanging.length > 0 ? {} : { typeName: subject.name })}
        onConfirm={async () => {
          if (subject === null) return;
          await deleteEnvironment(workspace, slug, subject.id);
          toast(`${subject.name} was deleted`);
          await queryClient.invalidateQueries(environmentsQuery(workspace, slug));
        }}
      >
        {hanging.length > 0 ? (
          <HangingSyncs workspace={workspace} syncs={hanging} what="this environment" />
        ) : (
          "Every value in it is deleted for good, also those that members have for themselves. The secrets stay in the project’s other environments."
        )}
      </ConfirmDialog>
    </Stack>
  );
}

function syncedWords(syncs: readonly Sync[]): string {
  if (syncs.length === 0) return "Not synced";
  return `Synced by ${syncs.map(({ name }) => name).join(", ")}`;
}
