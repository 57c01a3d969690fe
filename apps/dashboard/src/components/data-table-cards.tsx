import { memo, useCallback, type ReactNode } from "react";
import type { DataTableProps } from "./data-table.tsx";
import { useRowWindow } from "./data-table-window.ts";
import classes from "./data-table.module.css";

/** How high a card is for each of its facts. */
const LINE = 26;

/** A {@link DataTableProps} list as cards, each of a row's cells under its column's name. */
export function Cards<Row extends object>({
  label,
  columns,
  rows,
  rowId,
  onEnd,
  total,
}: DataTableProps<Row>) {
  const keyOf = useCallback(
    (index: number) => {
      const row = rows[index];
      return row === undefined ? String(index) : rowId(row);
    },
    [rows, rowId],
  );
  const { setFrame, items, above, below, measure } = useRowWindow(
    rows.length,
    48 + (columns.length - 1) * LINE,
    keyOf,
    onEnd,
  );
  return (
    <div className={classes.frame} ref={setFrame}>
      <ul className={classes.cards} aria-label={label}>
        <Gap height={above} />
        {items.map(({ index, key }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <Card
              key={key}
              index={index}
              size={total === "unknown" ? -1 : (total ?? rows.length)}
              measure={measure}
              columns={columns}
              row={row}
            />
          );
        })}
        <Gap height={below} />
      </ul>
    </div>
  );
}

type CardProps<Row> = Pick<DataTableProps<Row>, "columns"> &
  Readonly<{ row: Row; index: number; size: number; measure: (element: Element | null) => void }>;

/** Drawn again only when something of it is another one: while the page scrolls, most cards stay in view. */
const Card = memo(function Card<Row>({ columns, row, index, size, measure }: CardProps<Row>) {
  const [head, ...facts] = columns;
  return (
    <li
      className={classes.card}
      data-index={index}
      ref={measure}
      aria-posinset={index + 1}
      aria-setsize={size}
    >
      {head?.cell(row)}
      <dl className={classes.facts}>
        {facts.map(({ id, header, cell, isAbsent }) =>
          isAbsent?.(row) === true ? null : (
            <Fact key={id} header={header}>
              {cell(row)}
            </Fact>
          ),
        )}
      </dl>
    </li>
  );
}) as <Row>(props: CardProps<Row>) => ReactNode;

function Fact({ header, children }: Readonly<{ header: string; children: ReactNode }>) {
  return (
    <>
      <dt>{header}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Gap({ height }: Readonly<{ height: number }>) {
  return height === 0 ? null : <li aria-hidden style={{ height }} />;
}
