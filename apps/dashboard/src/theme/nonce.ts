/** What style elements must carry that the page makes itself: control's policy lets in no others. */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

/** For the style elements that lock scrolling below a dialog: their library looks for webpack's name of it. */
export function provideNonce(): void {
  Reflect.set(globalThis, "__webpack_nonce__", styleNonce());
}
