import classes from "./row-check.module.css";

type RowCheckProps = Readonly<{ label: string; checked: boolean; onChange: (checked: boolean) => void }>;

/** A box to choose a row by, for long lists: one element, which costs next to nothing to draw. */
export function RowCheck({ label, checked, onChange }: RowCheckProps) {
  return (
    <input
      type="checkbox"
      className={classes.box}
      aria-label={label}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
