/** An instant as the API writes it. */
export function timestamp(instant: Date): string;
export function timestamp(instant: Date | null): string | null;
export function timestamp(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
