import { Textarea, type TextareaProps } from "@mantine/core";
import classes from "./secrets.module.css";
import { ValueSize } from "./value-size.tsx";

type ValueInputProps = Omit<TextareaProps, "onChange" | "value"> &
  Readonly<{ value: string; onChange: (value: string) => void }>;

/** Where a value is typed: of any number of lines, and nothing that browsers or their extensions keep or correct. */
export function ValueInput({ value, onChange, ...props }: ValueInputProps) {
  return (
    <div>
      <Textarea
        {...props}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autosize
        minRows={1}
        maxRows={14}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        classNames={{ input: classes.value ?? "" }}
      />
      <ValueSize value={value} />
    </div>
  );
}
