import { Group, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { runQuery } from "../../api/sync.ts";
import type { Run } from "../../api/syncs.ts";
import { AppLink, ButtonLink } from "../../components/app-link.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { FailureNote } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { usePageTitle } from "../../components/page-header.tsx";
import { triggerWords } from "../../components/run-words.ts";
import { StateBadge } from "../../components/state-badge.tsx";
import { Duration, ExactTime } from "../../components/time.tsx";
import { Progress } from "./progress.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/runs/$runId");

const COUNTS = [
  ["created", "Created"],
  ["updated", "Updated"],
  ["adopted", "Adopted"],
  ["recovered", "Recovered"],
  ["repaired", "Repaired"],
  ["deleted", "Removed"],
  ["unchanged", "Unchanged"],
  ["failed", "Failed"],
  ["blocked", "Blocked"],
  ["held", "Waiting for approval"],
] as const satisfies ReadonlyArray<readonly [keyof Run["counts"], string]>;

/** One run with all that is known of it. */
export default function RunPage() {
  usePageTitle(`Run · ${useSync().name}`);
  const { runId } = route.useParams();
  const params = useSyncAddress();
  const { data: run, error, refetch } = useQuery(runQuery(params, runId));
  return (
    <div className={classes.stack}>
      <AppLink to="/w/$workspace/syncs/$syncId/runs" params={params} size="sm">
        <Group gap={4} component="span">
          <IconArrowLeft size={14} aria-hidden />
          All runs
        </Group>
      </AppLink>
      {run !== undefined ? (
        <Details run={run} />
      ) : error === null ? (
        <LoadingState rows={4} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </div>
  );
}

function Details({ run }: Readonly<{ run: Run }>) {
  const params = useSyncAddress();
  const failing = run.counts.failed + run.counts.blocked;
  return (
    <>
      <Group gap="sm">
        <Title order={2}>{triggerWords(run.trigger)}</Title>
        <StateBadge state={run.state} />
      </Group>
      {run.failure === null ? null : <FailureNote failure={run.failure} />}
      {run.state === "running" ? <Progress run={run} /> : null}
      <section className={classes.card} aria-label="Times">
        <dl className={classes.facts}>
          <Fact name="Began">
            <ExactTime at={run.startedAt} />
          </Fact>
          <Fact name="Ended">
            <ExactTime at={run.endedAt} />
          </Fact>
          <Fact name="Took">
            <Duration ms={run.durationMs} />
          </Fact>
          <Fact name="Secrets in the environment">{run.total.toLocaleString("en")}</Fact>
          <Fact name="Looked at the vault">
            {run.checkedVault ? "Yes, all of it" : "Only where it had to"}
          </Fact>
        </dl>
      </section>
      <dl className={classes.tiles} aria-label="Counts">
        {COUNTS.map(([what, label]) => (
          <div key={what} className={classes.tile} data-tone={toneOf(what, run.counts[what])}>
            <dt>{label}</dt>
            <dd>{run.counts[what].toLocaleString("en")}</dd>
          </div>
        ))}
      </dl>
      {failing === 0 ? null : (
        <div>
          <ButtonLink
            variant="default"
            to="/w/$workspace/syncs/$syncId/records"
            params={params}
            search={{ state: "failed,blocked" }}
          >
            See what fails now
          </ButtonLink>
        </div>
      )}
    </>
  );
}

/** What is wrong stands out, and so does what was done from what there was nothing of. */
function toneOf(what: keyof Run["counts"], count: number): "none" | "trouble" | "asks" | undefined {
  if (count === 0) return "none";
  if (what === "failed" || what === "blocked") return "trouble";
  return what === "held" ? "asks" : undefined;
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
