import { createContext, use, useMemo, useState, type ReactNode } from "react";

/** In which zone times are shown: that of this computer, or UTC. */
export type TimeZoneChoice = "local" | "utc";

type TimeZone = Readonly<{
  choice: TimeZoneChoice;
  /** The zone's IANA name. */
  name: string;
  choose: (choice: TimeZoneChoice) => void;
}>;

const KEY = "kvsync-time-zone";
const LOCAL = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const Context = createContext<TimeZone | null>(null);

/** Keeps the choice of time zone, in this browser. */
export function TimeZoneProvider({ children }: Readonly<{ children: ReactNode }>) {
  const [choice, setChoice] = useState<TimeZoneChoice>(() =>
    localStorage.getItem(KEY) === "utc" ? "utc" : "local",
  );
  const zone = useMemo(
    () => ({
      choice,
      name: choice === "utc" ? "UTC" : LOCAL,
      choose: (next: TimeZoneChoice) => {
        localStorage.setItem(KEY, next);
        setChoice(next);
      },
    }),
    [choice],
  );
  return <Context value={zone}>{children}</Context>;
}

export function useTimeZone(): TimeZone {
  const zone = use(Context);
  if (zone === null) throw new Error("useTimeZone needs a TimeZoneProvider above");
  return zone;
}
