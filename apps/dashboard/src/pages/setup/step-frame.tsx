import type { ReactNode } from "react";
import classes from "./setup.module.css";

type StepFrameProps = Readonly<{
  title: string;
  intro: ReactNode;
  children: ReactNode;
  /** What leads back, at the left. */
  back?: ReactNode;
  /** What leads on, at the right. */
  actions?: ReactNode;
}>;

/** One step: its heading, which takes the focus when the step is opened, its contents, and where it goes on. */
export function StepFrame({ title, intro, children, back, actions }: StepFrameProps) {
  return (
    <section className={classes.frame} aria-labelledby="step-heading">
      <h2 className={classes.heading} id="step-heading" tabIndex={-1}>
        {title}
      </h2>
      <p className={classes.intro}>{intro}</p>
      {children}
      {back === undefined && actions === undefined ? null : (
        <div className={classes.footer}>
          {back}
          <div className={classes.actions}>{actions}</div>
        </div>
      )}
    </section>
  );
}
