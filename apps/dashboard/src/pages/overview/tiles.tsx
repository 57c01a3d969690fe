import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconLoader2,
  type Icon,
} from "@tabler/icons-react";
import { UnstyledButton } from "@mantine/core";
import type { Health, Totals } from "../../api/overview.ts";
import type { Tone } from "../../components/state.ts";
import classes from "./tiles.module.css";

type Tile = Readonly<{ label: string; of: readonly Health[]; tone: Tone; icon: Icon }>;

export const TILES: readonly Tile[] = [
  { label: "Failing", of: ["failing"], tone: "danger", icon: IconCircleXFilled },
  { label: "Need attention", of: ["attention"], tone: "warning", icon: IconAlertTriangleFilled },
  { label: "Working", of: ["working"], tone: "info", icon: IconLoader2 },
  { label: "Healthy", of: ["healthy"], tone: "success", icon: IconCircleCheckFilled },
  { label: "Paused or in setup", of: ["paused", "setup"], tone: "neutral", icon: IconCircleDashed },
];

type TilesProps = Readonly<{
  totals: Totals;
  /** Which are shown, as the address has it: `paused,setup`. All without. */
  chosen: string | undefined;
  onChoose: (health: string | undefined) => void;
}>;

/** How many syncs do how; each shows those alone, and all again. */
export function Tiles({ totals, chosen, onChoose }: TilesProps) {
  return (
    <div className={classes.tiles} role="group" aria-label="Show syncs by health">
      {TILES.map(({ label, of, tone, icon: Icon }) => {
        const count = of.reduce((sum, health) => sum + totals[health], 0);
        const value = of.join(",");
        return (
          <UnstyledButton
            key={label}
            className={classes.tile ?? ""}
            data-tone={count === 0 ? "neutral" : tone}
            aria-pressed={chosen === value}
            onClick={() => onChoose(chosen === value ? undefined : value)}
          >
            <span className={classes.label}>
              <Icon size={15} aria-hidden />
              {label}
            </span>
            <span className={classes.number}>{count.toLocaleString("en")}</span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
