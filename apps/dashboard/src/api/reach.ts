/** Whether the server is there, and not only a proxy before it. */
export async function answers(): Promise<boolean> {
  try {
    const { status } = await fetch(window.location.href, { method: "HEAD", cache: "no-store" });
    return status < 500;
  } catch {
    return false; // no connection, or none to the server
  }
}
