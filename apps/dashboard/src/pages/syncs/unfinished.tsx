import { Group, Text, Title } from "@mantine/core";
import type { Sync } from "../../api/syncs.ts";
import { ButtonLink } from "../../components/app-link.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { Time } from "../../components/time.tsx";
import { DiscardButton } from "../setup/discard-button.tsx";
import classes from "./unfinished.module.css";

/** Whether a sync's set-up was begun and not ended. */
export const isUnfinished = ({ state, environmentId }: Sync): boolean =>
  environmentId === null && state !== "disconnected" && state !== "disconnecting";

type UnfinishedProps = Readonly<{ workspace: string; project: string; syncs: readonly Sync[] }>;

/** The set-ups that were begun and not ended: each goes on where it was left, or is given up. */
export function Unfinished({ workspace, project, syncs }: UnfinishedProps) {
  return (
    <section className={classes.section} aria-labelledby="unfinished">
      <Title order={2} id="unfinished" mb={10}>
        Not set up yet
      </Title>
      <ul className={classes.list}>
        {syncs.map((sync) => (
          <li key={sync.id} className={classes.item}>
            <div className={classes.words}>
              <Group gap={10}>
                <Text fw={600} style={{ overflowWrap: "anywhere" }}>
                  {sync.name}
                </Text>
                <StateBadge state={sync.state} />
              </Group>
              <Text size="sm" c="dimmed">
                Begun <Time at={sync.createdAt} />
                {sync.vaultUrl === null ? null : ` · ${new URL(sync.vaultUrl).host}`}
              </Text>
              {sync.failure === null ? null : (
                <Text size="sm" c="var(--kv-danger-text)">
                  {sync.failure.message}
                </Text>
              )}
            </div>
            <Group gap={8}>
              <DiscardButton workspace={workspace} project={project} sync={sync} />
              <ButtonLink
                to="/w/$workspace/syncs/$syncId/setup"
                params={{ workspace, syncId: sync.id }}
                aria-label={`Continue set-up of ${sync.name}`}
              >
                Continue set-up
              </ButtonLink>
            </Group>
          </li>
        ))}
      </ul>
    </section>
  );
}
