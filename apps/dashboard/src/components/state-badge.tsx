import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconInfoCircleFilled,
  IconLoader2,
  type Icon,
} from "@tabler/icons-react";
import { shownState, type Tone } from "./state.ts";
import classes from "./state-badge.module.css";

const ICONS: Readonly<Record<Tone, Icon>> = {
  success: IconCircleCheckFilled,
  warning: IconAlertTriangleFilled,
  danger: IconCircleXFilled,
  info: IconInfoCircleFilled,
  neutral: IconCircleDashed,
};

/** A state of a sync, run, validation or record: its word says it, icon and colour help. */
export function StateBadge({ state }: Readonly<{ state: string }>) {
  const { label, tone, moves = false } = shownState(state);
  return (
    <Pill tone={tone} moves={moves}>
      {label}
    </Pill>
  );
}

/** A word in a state's look, for what is no state of the API. */
export function Pill({
  tone,
  moves = false,
  children,
}: Readonly<{ tone: Tone; moves?: boolean; children: string }>) {
  const Icon = moves ? IconLoader2 : ICONS[tone];
  return (
    <span className={classes.badge} data-tone={tone} data-moves={moves}>
      <Icon size={14} aria-hidden />
      {children}
    </span>
  );
}
