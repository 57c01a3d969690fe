import { useSync } from "./use-sync.ts";
import { ConnectionFacts } from "./connection-facts.tsx";
import { FailureReasons } from "./failure-reasons.tsx";
import { HealthCard } from "./health-card.tsx";
import { HistoryCard } from "./history-card.tsx";
import { Progress } from "./progress.tsx";
import classes from "./sync.module.css";

/** How a sync does, at a glance. */
export default function HealthPage() {
  const { lastRun } = useSync();
  return (
    <div className={classes.stack}>
      <HealthCard />
      {lastRun?.state === "running" ? <Progress run={lastRun} /> : null}
      <div className={classes.columns}>
        <HistoryCard />
        <FailureReasons />
      </div>
      <ConnectionFacts />
    </div>
  );
}
