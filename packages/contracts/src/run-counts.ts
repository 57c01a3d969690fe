/** What a run that has done nothing has done, in secrets. */
export const noCounts = {
  created: 0,
  updated: 0,
  adopted: 0,
  recovered: 0,
  repaired: 0,
  deleted: 0,
  unchanged: 0,
  blocked: 0,
  failed: 0,
  held: 0,
} as const;
