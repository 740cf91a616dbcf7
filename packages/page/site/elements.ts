/** Elements of the page: finds those of index.html, and makes others. */

/** The element of index.html with this id. Throws if it is missing, or of another kind: that is a bug of the page. */
export function byId<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no #${id} of the kind ${kind.name}`);
  return found;
}

/** The element within `whole` that a template of index.html has named by `data-part`. Throws as `byId` does. */
export function partOf<Kind extends Element>(whole: ParentNode, name: string, kind: new () => Kind): Kind {
  const found = whole.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof kind)) throw new Error(`the template has no part ${name} of the kind ${kind.name}`);
  return found;
}

/** A new element with this class and text. */
export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  text = '',
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
