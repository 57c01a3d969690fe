/** A phone, and a large screen. */
export const narrow = { width: 360, height: 800 } as const;
export const wide = { width: 1600, height: 1000 } as const;

/** How each page is looked at. */
export const variants = [narrow, wide].flatMap((size) =>
  (["light", "dark"] as const).map((scheme) => ({ size, scheme })),
);
