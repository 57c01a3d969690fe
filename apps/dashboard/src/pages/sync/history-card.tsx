import { SegmentedControl, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { historyQuery, type SyncHistory } from "../../api/sync.ts";
import { CountsChart, type Series } from "../../components/counts-chart.tsx";
import { CountsChartLoading } from "../../components/counts-chart-loading.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { useTimeZone } from "../../components/time-zone.tsx";
import { Duration } from "../../components/time.tsx";
import { useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/");
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CHART_HEIGHT = 230;

const RANGES = [
  { value: "day", label: "24 hours", days: 1, bucket: "hour" },
  { value: "week", label: "7 days", days: 7, bucket: "day" },
  { value: "month", label: "30 days", days: 30, bucket: "day" },
  { value: "quarter", label: "90 days", days: 90, bucket: "week" },
] as const;

const SERIES: readonly Series[] = [
  { name: "created", label: "Created", tone: "success" },
  { name: "updated", label: "Updated", tone: "info" },
  { name: "repaired", label: "Repaired", tone: "warning" },
  { name: "deleted", label: "Removed", tone: "neutral" },
  { name: "failed", label: "Failed or blocked", tone: "danger" },
];

/** What runs did over time, as a chart. */
export function HistoryCard() {
  const { range: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const range = RANGES.find(({ value }) => value === asked) ?? RANGES[1];
  const { name: timeZone } = useTimeZone();
  const [openedAt] = useState(() => Date.now());
  const from = new Date(Math.floor(openedAt / HOUR_MS) * HOUR_MS - range.days * DAY_MS).toISOString();
  const { data, error, refetch } = useQuery(
    historyQuery(useSyncAddress(), { from, bucket: range.bucket, timeZone }),
  );
  return (
    <section className={classes.card} aria-label="Changes over time">
      <div className={classes.cardHead}>
        <Title order={2}>Changes over time</Title>
        <SegmentedControl
          size="xs"
          aria-label="Time range"
          value={range.value}
          onChange={(value) => void navigate({ search: { range: value }, replace: true })}
          data={RANGES.map(({ value, label }) => ({ value, label }))}
        />
      </div>
      {data !== undefined ? (
        <Chart history={data} unit={range.bucket === "hour" ? "hour" : "day"} />
      ) : error === null ? (
        <CountsChartLoading height={CHART_HEIGHT} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

function Chart({ history, unit }: Readonly<{ history: SyncHistory; unit: "hour" | "day" }>) {
  const points = useMemo(
    () =>
      history.points.map(({ at, counts }) => ({
        at,
        counts: {
          created: counts.created + counts.adopted + counts.recovered,
          updated: counts.updated,
          repaired: counts.repaired,
          deleted: counts.deleted,
          failed: counts.failed + counts.blocked,
        },
      })),
    [history],
  );
  const runs = history.points.reduce((sum, point) => sum + endedOf(point.runs), 0);
  const troubled = history.points.reduce(
    (sum, { runs: of }) => sum + of.failed + of.interrupted + of.completed_with_failures,
    0,
  );
  const slowest = Math.max(0, ...history.points.map(({ durations }) => durations?.p95Ms ?? 0));
  return (
    <>
      <CountsChart
        label="What runs did with secrets"
        series={SERIES}
        points={points}
        unit={unit}
        height={CHART_HEIGHT}
      />
      <Text size="sm" c="dimmed" mt="xs">
        {runs === 0 ? (
          "No run in this time."
        ) : (
          <>
            {runs.toLocaleString("en")} {runs === 1 ? "run" : "runs"},{" "}
            {troubled === 0 ? "none" : troubled.toLocaleString("en")} with trouble
            {runs === 0 ? null : (
              <>
                ; {runs < 20 ? "none took longer than" : "19 of 20 took at most"} <Duration ms={slowest} />
              </>
            )}
            .
          </>
        )}
      </Text>
    </>
  );
}

const endedOf = (runs: SyncHistory["points"][number]["runs"]): number =>
  Object.entries(runs).reduce((sum, [state, count]) => (state === "running" ? sum : sum + count), 0);
