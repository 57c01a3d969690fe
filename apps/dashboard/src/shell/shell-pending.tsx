import { Logo } from "./logo.tsx";

const LINKS = 7;
const LINES = 6;

/**
 * Stands where the shell will, until it is known who is signed in. The document has the same from the start, for the
 * time before any script runs: `index.html`, with the sizes and places in `theme/frame.css`.
 */
export function ShellPending() {
  return (
    <div className="kv-frame">
      <div className="kv-frame-top" aria-hidden>
        <Logo />
      </div>
      <div className="kv-frame-side" aria-hidden>
        {Array.from({ length: LINKS }, (_, index) => (
          <div key={index} className="kv-bar" />
        ))}
      </div>
      <main className="kv-frame-main">
        <div className="kv-frame-page" role="status" aria-label="Loading">
          <div className="kv-bar" data-of="title" />
          <div className="kv-bar" data-of="text" />
          {Array.from({ length: LINES }, (_, index) => (
            <div key={index} className="kv-bar" />
          ))}
        </div>
      </main>
    </div>
  );
}
