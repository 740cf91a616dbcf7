/** There is no comparison to make, and the reason is in what was asked for or in the repository, not in the tool. */
export class CannotCompare extends Error {}
