import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from "@tanstack/react-table";
import { memo, useCallback, useMemo, type ReactNode } from "react";
import type { DataTableProps } from "./data-table.tsx";
import { useRowWindow } from "./data-table-window.ts";
import { useAddressSort } from "./use-address-sort.ts";
import classes from "./data-table.module.css";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** A {@link DataTableProps} list as a table. By what it is sorted stands in the address. */
export function Rows<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, rowHeight = 41, onEnd, total } = props;
  const definitions = useMemo(
    () =>
      columns.map(({ id, sortBy }): ColumnDef<typeof features, Row> => ({
        id,
        accessorFn: (row) => sortBy?.(row) ?? "",
        enableSorting: sortBy !== undefined,
        sortFn: (a, b) => compare(a.getValue(id), b.getValue(id)),
      })),
    [columns],
  );
  const { sorting, onSortingChange } = useAddressSort((column) =>
    columns.some(({ id, sortBy }) => id === column && sortBy !== undefined),
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    state: { sorting },
    onSortingChange,
  });
  const sorted = table.getRowModel().rows;
  // Another function would have the places of all rows worked out anew.
  const keyOf = useCallback((index: number) => sorted[index]?.id ?? String(index), [sorted]);
  const { setFrame, items, above, below, measure } = useRowWindow(sorted.length, rowHeight, keyOf, onEnd);

  return (
    <div className={classes.frame} ref={setFrame}>
      <table
        className={classes.table}
        aria-label={label}
        aria-rowcount={total === "unknown" ? -1 : (total ?? rows.length) + 1}
      >
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? {} : { width }} />
          ))}
        </colgroup>
        <thead className={classes.head}>
          <tr aria-rowindex={1}>
            {columns.map(({ id, header, align = "start" }) => {
              const column = table.getColumn(id);
              const direction = column?.getIsSorted() ?? false;
              const sortable = column?.getCanSort() === true;
              return (
                <th
                  key={id}
                  scope="col"
                  data-align={align}
                  aria-sort={
                    direction === false ? undefined : direction === "asc" ? "ascending" : "descending"
                  }
                >
                  {sortable ? (
                    <button type="button" className={classes.sort} onClick={column.getToggleSortingHandler()}>
                      {header}
                      <SortIcon direction={direction} />
                    </button>
                  ) : (
                    header
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          <Gap height={above} columns={columns.length} />
          {items.map(({ index, key }) => {
            const row = sorted[index];
            return row === undefined ? null : (
              <BodyRow key={key} index={index} measure={measure} columns={columns} row={row.original} />
            );
          })}
          <Gap height={below} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

type BodyRowProps<Row> = Pick<DataTableProps<Row>, "columns"> &
  Readonly<{ row: Row; index: number; measure: (element: Element | null) => void }>;

/** Drawn again only when something of it is another one: while the page scrolls, most rows stay in view. */
const BodyRow = memo(function BodyRow<Row>({ columns, row, index, measure }: BodyRowProps<Row>) {
  return (
    <tr className={classes.row} data-index={index} ref={measure} aria-rowindex={index + 2}>
      {columns.map(({ id, cell, align = "start" }) => (
        <td key={id} data-align={align}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}) as <Row>(props: BodyRowProps<Row>) => ReactNode;

/** Has the height of the rows that aren't drawn. */
function Gap({ height, columns }: Readonly<{ height: number; columns: number }>) {
  return height === 0 ? null : (
    <tr className={classes.gap} aria-hidden>
      <td colSpan={columns} style={{ height }} aria-label="not shown" />
    </tr>
  );
}

function SortIcon({ direction }: Readonly<{ direction: false | "asc" | "desc" }>) {
  if (direction === false) return <IconArrowsSort size={13} aria-hidden />;
  return direction === "asc" ? (
    <IconArrowUp size={13} aria-hidden />
  ) : (
    <IconArrowDown size={13} aria-hidden />
  );
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: unknown, b: unknown): number {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}
