import { CodeBlock } from "../../components/code-block.tsx";
import { partsOf } from "./placeholders.ts";
import classes from "./setup.module.css";

/** Commands in which the placeholders that are left can be seen as such. */
export function MarkedCode({ code, label }: Readonly<{ code: string; label: string }>) {
  return (
    <CodeBlock code={code} label={label}>
      {partsOf(code).map(({ text, at, isPlaceholder }) =>
        isPlaceholder ? (
          <mark key={at} className={classes.placeholder}>
            {text}
          </mark>
        ) : (
          text
        ),
      )}
    </CodeBlock>
  );
}
