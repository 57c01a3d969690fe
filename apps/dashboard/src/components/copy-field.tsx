import { useId } from "react";
import { CopyButton } from "./copy-button.tsx";
import classes from "./copy.module.css";

/** A value to be copied elsewhere, under its name. */
export function CopyField({ label, value }: Readonly<{ label: string; value: string }>) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <div className={classes.label} id={id}>
        {label}
      </div>
      <div className={classes.field}>
        <div className={classes.value}>{value}</div>
        <div className={classes.button}>
          <CopyButton text={value} what={label} />
        </div>
      </div>
    </div>
  );
}
