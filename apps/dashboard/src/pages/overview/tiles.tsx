import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconLoader2,
  type Icon,
} from "@tabler/icons-react";
import type { Sync } from "../../api/syncs.ts";
import type { Tone } from "../../components/state.ts";
import { healthOf, type Health } from "./health.ts";
import classes from "./tiles.module.css";

type Tile = Readonly<{ label: string; of: readonly Health[]; tone: Tone; icon: Icon }>;

const TILES: readonly Tile[] = [
  { label: "Failing", of: ["failing"], tone: "danger", icon: IconCircleXFilled },
  { label: "Need attention", of: ["attention"], tone: "warning", icon: IconAlertTriangleFilled },
  { label: "Working", of: ["working"], tone: "info", icon: IconLoader2 },
  { label: "Healthy", of: ["healthy"], tone: "success", icon: IconCircleCheckFilled },
  { label: "Paused or in setup", of: ["paused", "setup"], tone: "neutral", icon: IconCircleDashed },
];

/** How many syncs do how. */
export function Tiles({ syncs }: Readonly<{ syncs: readonly Sync[] }>) {
  return (
    <dl className={classes.tiles}>
      {TILES.map(({ label, of, tone, icon: Icon }) => {
        const count = syncs.filter((sync) => of.includes(healthOf(sync))).length;
        return (
          <div key={label} className={classes.tile} data-tone={count === 0 ? "neutral" : tone}>
            <dt>
              <Icon size={15} aria-hidden />
              {label}
            </dt>
            <dd>{count}</dd>
          </div>
        );
      })}
    </dl>
  );
}
