/** The longest path of a socket, in bytes: what `sun_path` holds on macOS. Linux has four more. */
const LONGEST = 103;

/** Whether a server can have its socket at this path. */
export function isSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST;
}
