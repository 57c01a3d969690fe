/** A user code in the form in which it is shown: “abcdefgh” and “ABCD EFGH” are “ABCD-EFGH”. */
export function userCodeOf(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, "");
  return letters.length <= 4 ? letters : `${letters.slice(0, 4)}-${letters.slice(4, 8)}`;
}
