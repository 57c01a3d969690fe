/** The value that this share (0 to 1) of the others doesn't exceed, by nearest rank. 0 where there is none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const most = (values: readonly number[]): number => percentile(values, 1);
