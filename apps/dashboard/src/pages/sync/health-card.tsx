import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconRefresh,
  type Icon,
} from "@tabler/icons-react";
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { SyncDetail } from "../../api/sync.ts";
import { AppLink, ButtonLink } from "../../components/app-link.tsx";
import { runWords } from "../../components/run-words.ts";
import type { Tone } from "../../components/state.ts";
import { Absent, Time } from "../../components/time.tsx";
import { healthWords } from "./health-words.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const ICONS: Readonly<Record<Tone, Icon>> = {
  success: IconCircleCheckFilled,
  warning: IconAlertTriangleFilled,
  danger: IconCircleXFilled,
  info: IconRefresh,
  neutral: IconCircleDashed,
};

/** The answer to “is it healthy?”, with the last and the next run beside it. */
export function HealthCard() {
  const sync = useSync();
  const params = useSyncAddress();
  const { tone, title, text } = healthWords(sync);
  const Icon = ICONS[tone];
  const { records, lastRun } = sync;
  const failing = (records?.failed ?? 0) + (records?.blocked ?? 0);
  return (
    <section className={classes.health} data-tone={tone} aria-label="Health">
      <div className={classes.verdict}>
        <Icon className={classes.verdictIcon} size={28} aria-hidden />
        <div>
          <p className={classes.verdictTitle}>{title}</p>
          <p className={classes.verdictText}>{text}</p>
          {failing === 0 ? null : (
            <ButtonLink
              mt="sm"
              size="xs"
              variant="default"
              to="/w/$workspace/syncs/$syncId/records"
              params={params}
              search={{ state: "failed,blocked" }}
            >
              See what fails
            </ButtonLink>
          )}
        </div>
      </div>
      <dl className={classes.glance}>
        <Fact name="Last run">
          {lastRun === undefined ? (
            <Absent />
          ) : (
            <>
              <AppLink
                to="/w/$workspace/syncs/$syncId/runs/$runId"
                params={{ ...params, runId: lastRun.id }}
                inherit
              >
                {lastRun.state === "running" ? "Under way since" : "Began"} <Time at={lastRun.startedAt} />
              </AppLink>
              <Text size="sm" c="dimmed">
                {runWords(lastRun)}
              </Text>
            </>
          )}
        </Fact>
        <Fact name="Next run">
          <NextRun sync={sync} />
        </Fact>
        <Fact name="Vault last looked at">
          <Time at={sync.vaultSeenAt} />
          {sync.vaultSecretCount === null ? null : (
            <Text size="sm" c="dimmed">
              {sync.vaultSecretCount === 0
                ? "It was empty then"
                : sync.vaultSecretCount === 1
                  ? "One secret was there then"
                  : `${sync.vaultSecretCount.toLocaleString("en")} secrets were there then`}
            </Text>
          )}
        </Fact>
      </dl>
    </section>
  );
}

function NextRun({ sync }: Readonly<{ sync: SyncDetail }>) {
  const { state, retryAt, nextScheduledAt, schedule } = sync;
  if (state !== "active" && state !== "failing") return <Absent />;
  const isRetry = retryAt !== null && (nextScheduledAt === null || retryAt < nextScheduledAt);
  return (
    <>
      {isRetry || nextScheduledAt !== null ? (
        <Time at={isRetry ? retryAt : nextScheduledAt} isToCome />
      ) : (
        "With a change"
      )}
      <Text size="sm" c="dimmed">
        {isRetry
          ? "Tries again what failed"
          : schedule === null
            ? "No schedule: it doesn’t look at the vault by itself"
            : "By schedule, or with a change before"}
      </Text>
    </>
  );
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
