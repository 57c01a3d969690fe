import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

type SearchFieldProps = Omit<TextInputProps, "value" | "onChange" | "type" | "leftSection" | "label"> &
  Readonly<{
    label: string;
    /** False where it stands for itself: it is then for ears only. */
    isLabelled?: boolean;
    /** What is searched for, as the address has it. */
    text: string;
    /** Told when typing pauses. */
    onText: (text: string) => void;
  }>;

/** What a list is searched for. Follows the address when that changes elsewhere, and never what it told that itself. */
export function SearchField({ label, isLabelled = false, text, onText, ...props }: SearchFieldProps) {
  const [typed, setTyped] = useState(text);
  const [told, setTold] = useState(text);
  const [followed, setFollowed] = useState(text);
  const tell = useDebouncedCallback((next: string) => {
    setTold(next);
    onText(next);
  }, 250);
  if (text !== followed) {
    setFollowed(text);
    if (text !== told) {
      setTold(text);
      setTyped(text);
    }
  }
  return (
    <TextInput
      {...(isLabelled ? { label } : { "aria-label": label })}
      leftSection={<IconSearch size={16} aria-hidden />}
      type="search"
      autoComplete="off"
      spellCheck={false}
      maxLength={255}
      {...props}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}
