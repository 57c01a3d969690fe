import { IconInbox, type Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./blank.module.css";

type EmptyStateProps = Readonly<{
  icon?: Icon;
  title: string;
  /** Why there is nothing, and what will be here. */
  children?: ReactNode;
  /** What makes that there is something. */
  actions?: ReactNode;
}>;

/** Stands in place of a list that has nothing yet. */
export function EmptyState({ icon: Icon = IconInbox, title, children, actions }: EmptyStateProps) {
  return (
    <div className={classes.blank}>
      <Icon className={classes.icon} size={32} stroke={1.5} aria-hidden />
      <p className={classes.title}>{title}</p>
      {children === undefined ? null : <div className={classes.text}>{children}</div>}
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
