const PROBLEMS: Readonly<Record<string, string>> = {
  SSO_DENIED: "Your identity provider refused the sign-in. Ask its administrator whether you may use kvsync.",
  SSO_EXPIRED: "The sign-in took too long, or was begun in another browser. Begin again.",
  SSO_UNAVAILABLE: "Your identity provider can’t be reached. Try again in a moment, or use your password.",
  EMAIL_NOT_VERIFIED:
    "Your identity provider doesn’t vouch for your e-mail address. Ask its administrator to confirm it, and to send that with the sign-in.",
  EMAIL_OF_ANOTHER_DOMAIN:
    "Your account’s e-mail address isn’t of your organisation’s domains. Sign in with one that is, or ask an admin to add its domain.",
  SSO_CONFLICT:
    "Your e-mail address belongs to another account of your identity provider already. Ask an admin of the workspace.",
  HTTPS_NEEDED: "This page was opened without HTTPS. Open its https address, and sign in there.",
  NOT_A_MEMBER: "Your account isn’t a member of any workspace here. Ask an admin for an invitation.",
};

/** What a failure of single sign-on means, by the code in the address. */
export function problemSentence(code: string): string {
  return PROBLEMS[code] ?? "The sign-in didn’t succeed. Try again, or use another way to sign in.";
}
