import { Group, Progress, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import type { Project } from "../../api/projects.ts";
import type { SyncDetail } from "../../api/setup.ts";
import type { Run } from "../../api/syncs.ts";
import { ButtonLink } from "../../components/app-link.tsx";
import { runWords } from "../../components/run-words.ts";
import classes from "./setup.module.css";

/** How far a run is. Before it counts anything, that it has begun. */
export function PushProgress({ run }: Readonly<{ run: Run | undefined }>) {
  const counts = run?.state === "running" ? Object.values(run.counts) : [];
  const ended = counts.reduce((sum, count) => sum + count, 0);
  const total = run?.state === "running" ? run.total : 0;
  const percent = total === 0 ? 0 : Math.min(100, Math.round((ended / total) * 100));
  return (
    <div className={classes.panel}>
      <Group justify="space-between" mb={8}>
        <Text fw={600}>{total === 0 ? "Starting…" : `${percent} %`}</Text>
        <Text size="sm" c="dimmed">
          {total === 0 ? "\u00A0" : `${ended.toLocaleString("en")} of ${total.toLocaleString("en")} secrets`}
        </Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section
          value={total === 0 ? 100 : percent}
          animated={total === 0}
          aria-label={total === 0 ? "Starting" : `${percent} % of the secrets are pushed`}
        />
      </Progress.Root>
      <Text size="sm" c="dimmed" mt={8}>
        {run === undefined || ended === 0 ? "\u00A0" : runWords(run)}
      </Text>
    </div>
  );
}

type PushDoneProps = Readonly<{ workspace: string; sync: SyncDetail; project: Project }>;

/** What came of the first push, and where one goes from here. */
export function PushDone({ workspace, sync, project }: PushDoneProps) {
  const synced = sync.records?.synced ?? 0;
  const troubled = (sync.records?.blocked ?? 0) + (sync.records?.failed ?? 0);
  const host = sync.vaultUrl === null ? "the vault" : new URL(sync.vaultUrl).host;
  const Icon = troubled === 0 ? IconCircleCheck : IconAlertTriangle;
  const params = { workspace, syncId: sync.id };
  return (
    <div className={classes.done}>
      <Icon
        className={classes.doneIcon}
        data-tone={troubled === 0 ? "success" : "warning"}
        size={44}
        stroke={1.5}
        aria-hidden
      />
      <p className={classes.doneTitle}>
        {synced === 0
          ? `Nothing is in ${host} yet`
          : `${synced.toLocaleString("en")} ${synced === 1 ? "secret is" : "secrets are"} in ${host}`}
      </p>
      <Text c="dimmed" maw="52ch">
        {troubled === 0
          ? synced === 0
            ? "Add a secret to the environment, and it is pushed by itself."
            : "Each with its own record on the sync’s page."
          : troubled === 1
            ? "1 secret is not. It says why, and what to do about it."
            : `${troubled.toLocaleString("en")} secrets are not. Each says why, and what to do about it.`}
      </Text>
      <Group justify="center" mt="md" gap="xs">
        {troubled === 0 ? null : (
          <ButtonLink
            variant="default"
            to="/w/$workspace/syncs/$syncId/records"
            params={params}
            search={{ state: "blocked,failed" }}
          >
            See what is missing
          </ButtonLink>
        )}
        <ButtonLink to="/w/$workspace/syncs/$syncId" params={params}>
          Open the sync
        </ButtonLink>
        <ButtonLink
          variant="default"
          to="/w/$workspace/projects/$project/syncs"
          params={{ workspace, project: project.slug }}
        >
          All syncs of the project
        </ButtonLink>
      </Group>
    </div>
  );
}
