import { IconCopy, IconEye, IconEyeOff } from "@tabler/icons-react";
import type { ProjectPlace, SecretOutline } from "../../api/secrets.ts";
import { IconButton } from "../../components/icon-button.tsx";
import { Pill } from "../../components/state-badge.tsx";
import classes from "./secrets.module.css";
import { useRevealed } from "./use-revealed.ts";

type ValueCellProps = Readonly<{ place: ProjectPlace; secret: SecretOutline; environmentId: string }>;

/** A secret's value in one environment: hidden until it is asked for. One's own stands before the shared one. */
export function ValueCell({ place, secret, environmentId }: ValueCellProps) {
  const here = secret.values.filter((value) => value.environmentId === environmentId);
  const value = here.find(({ isPersonal }) => isPersonal) ?? here[0];
  return value === undefined ? (
    <span className={classes.unset}>Not set here</span>
  ) : (
    <HiddenValue place={place} secret={secret} environmentId={environmentId} isPersonal={value.isPersonal} />
  );
}

/** A value that is there, hidden until it is asked for. */
export function HiddenValue({
  place,
  secret: { id, name },
  environmentId,
  isPersonal,
}: ValueCellProps & Readonly<{ isPersonal: boolean }>) {
  const { value, loading, reveal, hide, copy } = useRevealed(place, id, name, { environmentId, isPersonal });
  const shown = value !== null;
  return (
    <div className={classes.cell}>
      {shown ? (
        <code className={classes.shown}>{value === "" ? "(empty)" : value}</code>
      ) : (
        <span className={classes.dots}>
          <span aria-hidden>••••••••••</span>
          <span className="kv-visually-hidden">hidden</span>
        </span>
      )}
      {isPersonal ? <Pill tone="info">Your own</Pill> : null}
      <span className={classes.buttons}>
        <IconButton
          label={`${shown ? "Hide" : "Show"} the value of ${name}`}
          hint={shown ? "Hide" : "Show for 30 seconds"}
          loading={loading}
          onClick={shown ? hide : reveal}
        >
          {shown ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
        </IconButton>
        <IconButton label={`Copy the value of ${name}`} hint="Copy without showing it" onClick={copy}>
          <IconCopy size={16} aria-hidden />
        </IconButton>
      </span>
    </div>
  );
}
