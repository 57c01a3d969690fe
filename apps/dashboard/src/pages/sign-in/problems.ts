const PROBLEMS: Readonly<Record<string, string>> = {
  SSO_DENIED: "Your identity provider refused the sign-in. Ask its administrator whether you may use kvsync.",
  SSO_EXPIRED: "The sign-in took too long, or was begun in another browser. Begin again.",
  SSO_UNAVAILABLE: "Your identity provider can’t be reached. Try again in a moment, or use your password.",
  NOT_A_MEMBER: "Your account isn’t a member of any workspace here. Ask an admin for an invitation.",
};

/** What a failure of single sign-on means, by the code in the address. */
export function problemSentence(code: string): string {
  return PROBLEMS[code] ?? "The sign-in didn’t succeed. Try again, or use another way to sign in.";
}
