/** The elements of index.html, by what they are named there. One that is missing is a bug of ours, told at once. */

export function byId<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no #${id} of the kind ${kind.name}`);
  return found;
}
