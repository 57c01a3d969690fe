/** Whether what was read in vain would be answered now, or else the page itself: by the server, not a proxy before it. */
export async function answers(address: string | null = null): Promise<boolean> {
  try {
    const { status } = await fetch(address ?? window.location.href, { method: "HEAD", cache: "no-store" });
    return status < 500;
  } catch {
    return false; // no connection, or none to the server
  }
}
