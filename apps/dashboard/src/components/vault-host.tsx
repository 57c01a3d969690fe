import type { CSSProperties } from "react";

/** Goes to the next line as a whole, and is broken only where it is wider than a line. */
const whole: CSSProperties = { display: "inline-block", maxWidth: "100%", overflowWrap: "anywhere" };

/** Where a vault is, so that a narrow column breaks it after the vault's name. */
export function VaultHost({ url }: Readonly<{ url: string }>) {
  const { host } = new URL(url);
  const dot = host.indexOf(".");
  return (
    <>
      <span style={whole}>{dot === -1 ? host : host.slice(0, dot)}</span>
      {dot === -1 ? null : <span style={whole}>{host.slice(dot)}</span>}
    </>
  );
}
