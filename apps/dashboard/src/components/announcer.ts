const SILENCE_MS = 60;

/** Has a screen reader say something that shows elsewhere on the page. */
export function announce(text: string): void {
  const region = document.querySelector("#announcer") ?? createRegion();
  // The same words twice are said twice only when there was something else between.
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, SILENCE_MS);
}

function createRegion(): Element {
  const region = document.createElement("div");
  region.id = "announcer";
  region.className = "kv-visually-hidden";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
  return region;
}
