import { Skeleton } from "@mantine/core";
import classes from "./counts-chart-loading.module.css";

/** In percent of the height: some days are busy, others quiet. */
const BARS = [34, 52, 44, 70, 38, 60, 82, 48];

/** Stands where a {@link CountsChart} is about to be: its legend, grid and bars, and the line of text below. */
export function CountsChartLoading({ height }: Readonly<{ height: number }>) {
  return (
    <div role="status" aria-label="Loading" className={classes.chart}>
      <div style={{ height }} className={classes.plot} aria-hidden>
        {BARS.map((share) => (
          <Skeleton key={share} height={`${share}%`} radius={0} />
        ))}
      </div>
      <Skeleton height={12} width="min(280px, 80%)" mt={13} mb={3} aria-hidden />
    </div>
  );
}
