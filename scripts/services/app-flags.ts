export type App = "control" | "worker" | "local-azure";

/**
 * Node's flags for a service's process. A worker's young generation is kept at 8 MB: V8 would let it grow to 32 MB, of
 * which it keeps up to four times as much in memory, for no gain here (measured with `npm run bench -- first-push`).
 */
export function appFlags(app: App): string[] {
  const flags = ["--disable-warning=ExperimentalWarning"];
  return app === "worker" ? [...flags, "--max-semi-space-size=8"] : flags;
}
