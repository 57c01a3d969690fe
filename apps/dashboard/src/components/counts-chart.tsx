import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import type { Tone } from "./state.ts";
import { exactTime, shortTime } from "./time-words.ts";
import { useTimeZone } from "./time-zone.tsx";

export type Series = Readonly<{ name: string; label: string; tone: Tone }>;

type CountsChartProps = Readonly<{
  /** What is counted, for the caption. */
  label: string;
  series: readonly Series[];
  /** Counts by moment, oldest first; a series that isn't there is none. */
  points: ReadonlyArray<Readonly<{ at: string; counts: Readonly<Record<string, number>> }>>;
  /** What a point stands for. */
  unit: "hour" | "day";
  height?: number;
}>;

/** Counts over time as stacked bars. The same as a table stands beside it for who can't see the bars. */
export function CountsChart({ label, series, points, unit, height = 180 }: CountsChartProps) {
  const { name: zone } = useTimeZone();
  const data = points.map(({ at, counts }) => ({ at: shortTime(Date.parse(at), zone, unit), ...counts }));
  return (
    <figure style={{ margin: 0 }}>
      <figcaption className="kv-visually-hidden">{label}</figcaption>
      <div aria-hidden>
        <BarChart
          h={height}
          data={data}
          dataKey="at"
          type="stacked"
          withLegend
          gridAxis="x"
          yAxisProps={{ allowDecimals: false }}
          legendProps={{ itemSorter: null }}
          series={series.map(({ name, label: shown, tone }) => ({
            name,
            label: shown,
            color: `var(--kv-${tone}-text)`,
          }))}
          barProps={{ isAnimationActive: false }}
          barChartProps={{ accessibilityLayer: false }}
        />
      </div>
      {/* A table can't be made as small as what hides it, so it would widen the page. */}
      <div className="kv-visually-hidden">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {series.map(({ name, label: shown }) => (
                <th key={name} scope="col">
                  {shown}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map(({ at, counts }) => (
              <tr key={at}>
                <th scope="row">{exactTime(Date.parse(at), zone)}</th>
                {series.map(({ name }) => (
                  <td key={name}>{counts[name] ?? 0}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
