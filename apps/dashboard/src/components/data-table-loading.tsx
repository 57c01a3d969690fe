import { Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { DataColumn } from "./data-table.tsx";
import classes from "./data-table.module.css";

type DataTableLoadingProps = Readonly<{
  columns: ReadonlyArray<Pick<DataColumn<never>, "id" | "header" | "width" | "align">>;
  rows?: number;
  /** How high a row usually is, in pixels. */
  rowHeight?: number;
}>;

/** How much of its cell a bar fills, in percent: texts differ in length. */
const FILLS = [72, 48, 64, 40, 80, 56];

/** Stands where a {@link DataTable} is about to be, with its columns and of its height, so that only texts come. */
export function DataTableLoading(props: DataTableLoadingProps) {
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  return (
    <div className={classes.frame} role="status" aria-label="Loading">
      {narrow ? <LoadingCards {...props} /> : <LoadingRows {...props} />}
    </div>
  );
}

function LoadingRows({ columns, rows = 8, rowHeight = 41 }: DataTableLoadingProps) {
  return (
    <table className={classes.table} aria-hidden>
      <colgroup>
        {columns.map(({ id, width }) => (
          <col key={id} style={width === undefined ? {} : { width }} />
        ))}
      </colgroup>
      <thead className={classes.head}>
        <tr>
          {columns.map(({ id, header, align = "start" }) => (
            <th key={id} data-align={align}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row} className={classes.row}>
            {columns.map(({ id, align = "start" }, column) => (
              <td key={id} data-align={align} style={{ height: rowHeight }}>
                <Bar place={row * columns.length + column} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LoadingCards({ columns, rows = 8 }: DataTableLoadingProps) {
  const [, ...facts] = columns;
  return (
    <ul className={classes.cards} aria-hidden>
      {Array.from({ length: rows }, (_, row) => (
        <li key={row} className={classes.card}>
          <Bar place={row} />
          <dl className={classes.facts}>
            {facts.slice(0, 3).map(({ id, header }, fact) => (
              <div key={id} className={classes.loadingFact}>
                <dt>{header}</dt>
                <dd>
                  <Bar place={row * 3 + fact} />
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

/** Of a line's height. */
function Bar({ place }: Readonly<{ place: number }>) {
  return (
    <Skeleton
      className={classes.bar ?? ""}
      height={12}
      width={`${FILLS[(place * 5) % FILLS.length]}%`}
      maw={260}
      my={4}
    />
  );
}
