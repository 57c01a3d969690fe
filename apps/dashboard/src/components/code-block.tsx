import { CopyButton } from "./copy-button.tsx";
import classes from "./copy.module.css";

/** Commands or a file to be copied. @param label names it, for ears: “Azure CLI commands” */
export function CodeBlock({ code, label }: Readonly<{ code: string; label: string }>) {
  return (
    <div className={classes.block}>
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.code} tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
      <div className={classes.corner}>
        <CopyButton text={code} what={label} />
      </div>
    </div>
  );
}
