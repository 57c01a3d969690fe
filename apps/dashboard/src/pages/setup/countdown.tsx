import { useEffect, useState } from "react";

/** How long it is until a moment, second by second: “in 5 s”. */
export function Countdown({ to }: Readonly<{ to: string | null }>) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = to === null ? 0 : Math.ceil((Date.parse(to) - now) / 1_000);
  // Its width stays, so that the words behind it do.
  return <strong>{seconds > 0 ? `in ${seconds} s` : "any moment"}</strong>;
}
