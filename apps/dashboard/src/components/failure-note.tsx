import {
  IconAlertTriangle,
  IconCircleCheck,
  IconExclamationCircle,
  IconInfoCircle,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Failure } from "../api/syncs.ts";
import classes from "./note.module.css";

type NoteTone = "danger" | "warning" | "info" | "success";

const ICONS: Readonly<Record<NoteTone, Icon>> = {
  danger: IconExclamationCircle,
  warning: IconAlertTriangle,
  info: IconInfoCircle,
  success: IconCircleCheck,
};

type NoteProps = Readonly<{
  tone: NoteTone;
  title: ReactNode;
  children?: ReactNode;
  code?: string;
  /** Buttons that do something about it. */
  actions?: ReactNode;
  /** For contents that change all the time: nothing reads them out by itself; the page's announcer does, now and then. */
  isQuiet?: boolean;
}>;

/** Something to know about what stands below or beside it. Read out when it comes and when it changes. */
export function Note({ tone, title, children, code, actions, isQuiet = false }: NoteProps) {
  const Icon = ICONS[tone];
  return (
    <div
      className={classes.note}
      data-tone={tone}
      role={isQuiet ? "note" : tone === "danger" ? "alert" : "status"}
    >
      <Icon className={classes.icon} size={18} aria-hidden />
      <div className={classes.text}>
        <div className={classes.message}>{title}</div>
        {children === undefined ? null : <div>{children}</div>}
        {code === undefined ? null : <div className={classes.code}>{code}</div>}
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </div>
    </div>
  );
}

/** What went wrong, what to do, and the code by which the documentation knows it. */
export function FailureNote({
  failure,
  tone = "danger",
  actions,
}: Readonly<{ failure: Failure; tone?: NoteTone; actions?: ReactNode }>) {
  return (
    <Note tone={tone} title={failure.message} code={failure.code} actions={actions}>
      {failure.hint}
    </Note>
  );
}
