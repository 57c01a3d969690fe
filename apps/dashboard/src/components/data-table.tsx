import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Cards } from "./data-table-cards.tsx";
import { Rows } from "./data-table-rows.tsx";

export type DataColumn<Row> = Readonly<{
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** What it is sorted by; without it the column can't be sorted. */
  sortBy?: (row: Row) => string | number;
  /** As CSS: `120px`, `30%`. Columns without one share what is left. */
  width?: string;
  align?: "start" | "end";
  /** Whether there is nothing to say of a row: a card leaves the line out. */
  isAbsent?: (row: Row) => boolean;
}>;

export type DataTableProps<Row> = Readonly<{
  /** What the table holds, for ears. */
  label: string;
  columns: ReadonlyArray<DataColumn<Row>>;
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** How high a row usually is, in pixels; each is measured when it is drawn. */
  rowHeight?: number;
  /** Called when the end comes into view: the place to load more. */
  onEnd?: () => void;
  /** How many rows there are in all, where not all are loaded. */
  total?: number | "unknown";
}>;

/**
 * A list of any length: only what is in view is drawn. The page itself scrolls, so that the keyboard, the browser and
 * the finger do it as they always do. Where it is narrow each row becomes a card; the first column is its head.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  return narrow ? <Cards {...props} /> : <Rows {...props} />;
}
