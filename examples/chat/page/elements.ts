/** Finds and makes elements of the page. */

/** The first element in `whole` that the selector matches. Throws if there is none of this class. */
export function find<Kind extends Element>(whole: ParentNode, selector: string, Class: new () => Kind): Kind {
  const found = whole.querySelector(selector);
  if (!(found instanceof Class)) throw new Error(`The page has no ${selector}`);
  return found;
}

/** A new element with this class and text. It is text, whatever it contains. */
export function make(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
