import { expect } from "@jest/globals";
import type { Page } from "playwright-core";

/** What the script in the page keeps between two steps. */
type Walk = {
  elements: readonly HTMLElement[];
  looks: readonly string[];
  look: (element: HTMLElement) => string;
  reached: Set<HTMLElement>;
};
type Walking = Readonly<{ walk: Walk }>;

/**
 * Goes through the page with the Tab key until it has come round. Fails when it does not reach each
 * element that a mouse can use, when an element does not look different while it has the focus, or when it has the
 * focus outside of the window. Of a group of radio buttons, and of widgets whose parts the arrow keys reach, one part
 * is enough. While a dialog is open, only what is in it counts.
 */
export async function expectKeyboardReachesAll(page: Page): Promise<void> {
  const count = await prepare(page);
  const problems: string[] = [];
  for (let step = 0; step < count * 2 + 10; step++) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at === "end") break;
    if (at !== "seen") problems.push(at);
  }
  problems.push(...(await unreached(page)));
  expect(problems).toEqual([]);
}

async function prepare(page: Page): Promise<number> {
  return page.evaluate(() => {
    const usable =
      "a[href], button, input, select, textarea, summary, [tabindex], [role=button], [role=link]";
    // The arrow keys go on from the one part of these that Tab reaches.
    const byArrows =
      "[role=tab], [role=radio], [role=option], [role^=menuitem], [role=treeitem], [role=gridcell]";
    const root = [...document.querySelectorAll("[role=dialog], [role=alertdialog]")].at(-1) ?? document.body;
    (document.activeElement as HTMLElement | null)?.blur();
    // Whoever uses a dialog is in it; what lies below can't be reached from there.
    if (root instanceof HTMLElement && root !== document.body) root.focus();
    getSelection()?.removeAllRanges();
    globalThis.scrollTo(0, 0);

    const counts = (element: HTMLElement): boolean =>
      !element.matches(":disabled, [type=hidden], [aria-disabled=true]") &&
      element.closest("[inert], [aria-hidden=true]") === null &&
      element.checkVisibility({ visibilityProperty: true }) &&
      !(element.tabIndex < 0 && (element.matches(byArrows) || !element.matches("a, button, input, select")));
    const properties = [
      "outline-style",
      "outline-width",
      "outline-color",
      "box-shadow",
      "background-color",
      "color",
      "border-top-color",
      "border-top-width",
      "text-decoration-line",
      "transform",
      "top",
      "left",
      "clip-path",
    ];
    const styleOf = (element: Element, pseudo?: string): string => {
      const style = getComputedStyle(element, pseudo);
      return properties.map((property) => style.getPropertyValue(property)).join(";");
    };
    // A ring may be drawn around what the element stands in, or on what stands for it beside it.
    const look = (element: HTMLElement): string => {
      const { parentElement, previousElementSibling, nextElementSibling } = element;
      return [
        element,
        previousElementSibling,
        nextElementSibling,
        parentElement,
        parentElement?.parentElement,
      ]
        .filter((one): one is Element => one instanceof Element)
        .flatMap((one) => [styleOf(one), styleOf(one, "::before"), styleOf(one, "::after")])
        .join("|");
    };
    const elements = [...root.querySelectorAll<HTMLElement>(usable)].filter(counts);
    const walk: Walk = { elements, looks: elements.map(look), look, reached: new Set() };
    Object.assign(globalThis, { walk });
    return elements.length;
  });
}

/**
 * Notes what has the focus. Resolves with `seen` when that can be seen, or needn't be; with what is wrong; or with
 * `end` when the walk has come round.
 */
async function focused(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { walk } = globalThis as unknown as Walking;
    const element = document.activeElement as HTMLElement | null;
    if (element === null || element === document.body) return "seen";
    // A field for a date keeps the focus while Tab goes through its parts.
    if (walk.reached.has(element)) return element.matches("[type^=date]") ? "seen" : "end";
    walk.reached.add(element);
    const index = walk.elements.indexOf(element);
    if (index === -1) return "seen";
    const isVisible = (): boolean => {
      const { top, bottom, left, right } = element.getBoundingClientRect();
      const isInside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
      return isInside && walk.look(element) !== walk.looks[index];
    };
    // Colours may fade in, and a long way may be scrolled.
    const end = performance.now() + 2000;
    while (!isVisible()) {
      if (performance.now() > end) return `focus can't be seen: ${element.outerHTML.slice(0, 160)}`;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return "seen";
  });
}

async function unreached(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { walk } = globalThis as unknown as Walking;
    const groups = new Set(
      [...walk.reached].filter((one) => one.matches("[type=radio]")).map((one) => one.getAttribute("name")),
    );
    return walk.elements
      .filter((one) => !walk.reached.has(one) && one.isConnected)
      .filter((one) => !(one.matches("[type=radio]") && groups.has(one.getAttribute("name"))))
      .map((one) => `Tab does not reach: ${one.outerHTML.slice(0, 160)}`);
  });
}
