// Before the first paint, so that nobody sees a flash of the other scheme, or of a frame that the page doesn't have.
(() => {
  const root = document.documentElement;
  // The key is Mantine's.
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const scheme = chosen === "dark" || chosen === "light" ? chosen : system;
  root.setAttribute("data-mantine-color-scheme", scheme);
  if (/^\/(sign-in|invitation|device)$/.test(location.pathname)) root.setAttribute("data-frame", "alone");
})();
