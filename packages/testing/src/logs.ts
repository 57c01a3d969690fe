import { createLogger, type Logger } from "@kvsync/runtime";

/** A logger whose lines a test can look at. */
export function capturingLogger(name: string): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger(name, "trace", { write: (line: string) => void lines.push(line) });
  return { logger, lines };
}
