/** The element of index.html with this id. Throws if it is missing, or of another kind: that is a bug of the page. */
export function byId<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no #${id} of the kind ${kind.name}`);
  return found;
}
