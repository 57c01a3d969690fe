import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import classes from "./copy.module.css";

type CodeBlockProps = Readonly<{
  /** What is copied. */
  code: string;
  /** Names it, for ears: “Azure CLI commands” */
  label: string;
  /** The same code with parts of it marked. */
  children?: ReactNode;
}>;

/** Commands or a file to be copied. */
export function CodeBlock({ code, label, children = code }: CodeBlockProps) {
  return (
    <div className={classes.block}>
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.code} tabIndex={0} role="region" aria-label={label}>
        <code>{children}</code>
      </pre>
      <div className={classes.corner}>
        <CopyButton text={code} what={label} />
      </div>
    </div>
  );
}
