import { Skeleton, Stack } from "@mantine/core";

/** Bars where a list is about to be, of its height, so that nothing jumps when it comes. */
export function LoadingState({ rows = 6, rowHeight = 44 }: Readonly<{ rows?: number; rowHeight?: number }>) {
  return (
    <Stack gap={8} opacity={0.55} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={rowHeight - 8} radius="sm" />
      ))}
    </Stack>
  );
}
