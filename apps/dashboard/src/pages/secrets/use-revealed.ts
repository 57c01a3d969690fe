import { useCallback, useEffect, useState } from "react";
import { revealValue, type ProjectPlace, type ValuePlace } from "../../api/secrets.ts";
import { announce } from "../../components/announcer.ts";
import { toast, toastFailure } from "../../components/toast.ts";

/** How long (ms) a value stays readable. */
const SHOWN_MS = 30_000;

export type Revealed = Readonly<{
  /** The value while it is shown. */
  value: string | null;
  loading: boolean;
  reveal: () => void;
  hide: () => void;
  /** Puts the value on the clipboard without showing it. */
  copy: () => void;
}>;

/**
 * One value that can be shown for a while. It is read anew each time, kept nowhere but here, and forgotten after half a
 * minute, when the page is hidden, and with what shows it.
 */
export function useRevealed(place: ProjectPlace, id: string, name: string, value: ValuePlace): Revealed {
  const [shown, setShown] = useState<string | null>(null);
  const [loading, setLoading] = useState(false);
  const hide = useCallback(() => setShown(null), []);

  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(hide, SHOWN_MS);
    const onVisibility = (): void => {
      if (document.hidden) hide();
    };
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [shown, hide]);

  async function read(use: (text: string) => void | Promise<void>): Promise<void> {
    setLoading(true);
    try {
      await use((await revealValue(place, id, value)).value);
    } catch (error) {
      toastFailure(`${name} couldn’t be read`, error);
    } finally {
      setLoading(false);
    }
  }

  return {
    value: shown,
    loading,
    hide,
    reveal: () =>
      void read((text) => {
        setShown(text);
        announce(`${name} is shown for 30 seconds`);
      }),
    copy: () =>
      void read(async (text) => {
        await navigator.clipboard.writeText(text);
        toast(`The value of ${name} was copied`);
      }),
  };
}
