import { Skeleton } from "@mantine/core";
import type { OverviewSync } from "../../api/overview.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { DataTableLoading } from "../../components/data-table-loading.tsx";
import { SYSTEM_FACTS } from "./system-words.ts";
import systemClasses from "./system-panel.module.css";
import { TILES } from "./tiles.tsx";
import tileClasses from "./tiles.module.css";

/** The overview before it is known: what stands behind all syncs, the tiles and the table, in their places. */
export function OverviewLoading({ columns }: Readonly<{ columns: ReadonlyArray<DataColumn<OverviewSync>> }>) {
  return (
    <>
      <div className={systemClasses.panel} aria-hidden>
        <dl className={systemClasses.facts}>
          {SYSTEM_FACTS.map((name) => (
            <div key={name} className={systemClasses.fact}>
              <dt>{name}</dt>
              <dd>
                <Skeleton height={14} width="60%" my={4} opacity={0.55} />
                <Skeleton height={12} width="85%" my={5} opacity={0.55} />
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <div className={tileClasses.tiles} aria-hidden>
        {TILES.map(({ label, icon: Icon }) => (
          <div key={label} className={tileClasses.tile} data-tone="neutral">
            <span className={tileClasses.label}>
              <Icon size={15} />
              {label}
            </span>
            <span className={tileClasses.number}>
              <Skeleton component="span" display="block" height={20} width={28} my={6} opacity={0.55} />
            </span>
          </div>
        ))}
      </div>
      <DataTableLoading columns={columns} rows={6} rowHeight={60} />
    </>
  );
}
