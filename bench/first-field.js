// Runs in a page as it stands, before anything of the page does.

/**
 * Notes in `firstField` when an element that says the field's name, alone or behind those of what it is in, and nothing
 * else is first painted, in milliseconds.
 */
// biome-ignore lint/correctness/noUnusedVariables: pages.ts calls it in the page
function noteFirstField(field) {
  const isName = (text) => text === field || (text.endsWith(`.${field}`) && !text.includes(" "));
  const isField = (element) =>
    element.childNodes.length <= 5 &&
    isName(element.textContent.trim()) &&
    !["SCRIPT", "STYLE"].includes(element.tagName) &&
    element.getClientRects().length > 0;
  const look = () => {
    const found = document.body !== null && [...document.body.querySelectorAll("*")].some(isField);
    if (!found) return void requestAnimationFrame(look);
    // The frame in which it was found is painted before the next one begins.
    requestAnimationFrame(() => Object.assign(globalThis, { firstField: performance.now() }));
  };
  requestAnimationFrame(look);
}
