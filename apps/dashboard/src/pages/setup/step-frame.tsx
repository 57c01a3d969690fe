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
  /** Whether the way on stays in view, below contents of any length. */
  longContents?: boolean;
}>;

/** One step: its heading, which takes the focus when the step is opened, its contents, and where it goes on. */
export function StepFrame({ title, intro, children, back, actions, longContents = false }: StepFrameProps) {
  return (
    <section className={classes.frame} aria-labelledby="step-heading">
      <h2 className={classes.heading} id="step-heading" tabIndex={-1}>
        {title}
      </h2>
      <p className={classes.intro}>{intro}</p>
      {children}
      {back === undefined && actions === undefined ? null : (
        <div className={classes.footer} data-sticky={longContents}>
          {back}
          <div className={classes.actions}>{actions}</div>
        </div>
      )}
    </section>
  );
}
