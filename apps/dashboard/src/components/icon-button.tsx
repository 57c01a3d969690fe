import type { ReactNode } from "react";
import classes from "./icon-button.module.css";

type IconButtonProps = Readonly<{
  label: string;
  /** What it does in a few words, for who points at it. */
  hint: string;
  loading?: boolean;
  onClick: () => void;
  children: ReactNode;
}>;

/** A button that is an icon, for rows of long lists: one element, which costs next to nothing to draw. */
export function IconButton({ label, hint, loading = false, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      className={classes.button}
      aria-label={label}
      data-hint={hint}
      data-loading={loading || undefined}
      aria-disabled={loading || undefined}
      onClick={loading ? undefined : onClick}
    >
      {children}
    </button>
  );
}
