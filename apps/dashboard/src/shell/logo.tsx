export function Logo({ size = 24 }: Readonly<{ size?: number }>) {
  return <img src="/favicon.svg" width={size} height={size} alt="" />;
}
