import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./section.module.css";

/** A part of the settings that is saved by itself. */
export function Section({
  title,
  about,
  danger = false,
  children,
}: Readonly<{ title: string; about?: string; danger?: boolean; children: ReactNode }>) {
  return (
    <section className={`${classes.card} ${danger ? classes.danger : ""}`} aria-label={title}>
      <Title order={2}>{title}</Title>
      {about === undefined ? null : <p className={classes.about}>{about}</p>}
      <div className={classes.body}>{children}</div>
    </section>
  );
}

/** Sections below each other. */
export function Sections({ children }: Readonly<{ children: ReactNode }>) {
  return <div className={classes.sections}>{children}</div>;
}
