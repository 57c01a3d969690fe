import { IconListSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { planQuery, type PlanAction, type SyncPlan } from "../../api/sync.ts";
import { DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { FailureNote, Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { planColumns } from "../../components/plan/plan-columns.tsx";
import { isKind, KIND_ORDER, KINDS } from "../../components/plan/plan-words.ts";
import { usePageTitle } from "../../components/page-header.tsx";
import { Time } from "../../components/time.tsx";
import { without } from "../../shell/search.ts";
import { PlanForm } from "./plan-form.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/plan");

const COLUMNS = planColumns({ header: "What would be done" });

/** What a run would do now, or with other settings. The plan that is shown stands in the address. */
export default function PlanPage() {
  const { name, awaiting, environmentId } = useSync();
  usePageTitle(`Plan · ${name}`);
  const { plan = awaiting?.planId } = route.useSearch();
  if (environmentId === null)
    return (
      <EmptyState icon={IconListSearch} title="There is nothing to plan yet">
        The sync has no environment yet. Go on with its setup.
      </EmptyState>
    );
  return (
    <div className={classes.stack}>
      <PlanForm />
      {plan === undefined ? (
        <EmptyState icon={IconListSearch} title="No plan yet">
          Work one out to see what a run would do with each secret, and why. Nothing is written.
        </EmptyState>
      ) : (
        <Plan key={plan} planId={plan} />
      )}
    </div>
  );
}

function Plan({ planId }: Readonly<{ planId: string }>) {
  const { kind: asked } = route.useSearch();
  const kind = isKind(asked) ? asked : undefined;
  const found = useInfiniteQuery(planQuery(useSyncAddress(), planId, kind));
  const plan = found.data?.pages[0];
  if (plan === undefined)
    return found.error === null ? (
      <LoadingState rows={8} />
    ) : (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} />
    );
  if (plan.state === "queued")
    return (
      <>
        <Note tone="info" title="The plan is being worked out">
          The vault is looked at for it, which takes a moment with many secrets.
        </Note>
        <LoadingState rows={6} />
      </>
    );
  if (plan.failure !== null) return <FailureNote failure={plan.failure} />;
  const rows = found.data?.pages.flatMap(({ actions }) => actions) ?? [];
  return (
    <>
      <PlanHead plan={plan} kind={kind} />
      {rows.length === 0 ? (
        <EmptyState title={kind === undefined ? "Nothing to do" : "None of this kind"}>
          {kind === undefined ? "The environment has no secret, and the vault none of this sync’s." : null}
        </EmptyState>
      ) : (
        <DataTable<PlanAction>
          label="What would be done"
          columns={COLUMNS}
          rows={rows}
          rowId={({ kind: what, secretId, vaultName }) => `${what} ${secretId} ${vaultName ?? ""}`}
          rowHeight={44}
          onEnd={() => {
            if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
          }}
        />
      )}
    </>
  );
}

function PlanHead({ plan, kind }: Readonly<{ plan: SyncPlan; kind: PlanAction["kind"] | undefined }>) {
  const navigate = route.useNavigate();
  const counts: Partial<NonNullable<SyncPlan["counts"]>> = plan.counts ?? {};
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const choose = (next: PlanAction["kind"] | undefined): void => {
    void navigate({
      search: (before) => (next === undefined ? without(before, "kind") : { ...before, kind: next }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <div>
      <p className={classes.planHead}>
        Worked out <Time at={plan.computedAt} />
        {plan.asks !== null
          ? "."
          : plan.vaultSecretCount === null
            ? ", by what is known of the vault."
            : `. The vault holds ${plan.vaultSecretCount.toLocaleString("en")} secrets in all.`}
      </p>
      <div className={classes.chips} role="group" aria-label="Kind">
        <button
          type="button"
          className={classes.chip}
          aria-pressed={kind === undefined}
          onClick={() => choose(undefined)}
        >
          All <span>{total.toLocaleString("en")}</span>
        </button>
        {KIND_ORDER.filter((one) => (counts[one] ?? 0) > 0 || one === kind).map((one) => (
          <button
            key={one}
            type="button"
            className={classes.chip}
            aria-pressed={kind === one}
            onClick={() => choose(one)}
          >
            {KINDS[one].label} <span>{(counts[one] ?? 0).toLocaleString("en")}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
